package app

import "net/http"

// history reads what the address names; without a name that of trips.
func (v *visit) history() (*History, error) {
	return v.phone.History(v.r.Context(), historyOf(v.r.URL.Query().Get("history")))
}

func (v *visit) showEvents() {
	h, err := v.history()
	if err != nil {
		v.failed("Not read", err)
		return
	}
	v.show(http.StatusOK, "Events", "", eventsView(h, historyOf(v.r.URL.Query().Get("history"))))
}

func (v *visit) eventsCSV() {
	if h, err := v.history(); err != nil {
		v.failed("Not read", err)
	} else {
		v.take("events.csv", "text/csv; charset=utf-8", h.CSV())
	}
}

func (v *visit) eventsJSON() {
	if h, err := v.history(); err != nil {
		v.failed("Not read", err)
	} else {
		v.take("events.json", "application/json", asJSON(h))
	}
}

func (v *visit) showTrip() {
	t, err := v.phone.LastTrip(v.r.Context())
	if err != nil {
		v.failed("Not read", err)
		return
	}
	v.show(http.StatusOK, "Last trip", t.Breaker, tripView(t))
}

func (v *visit) tripCSV() {
	t, err := v.phone.LastTrip(v.r.Context())
	if err != nil {
		v.failed("Not read", err)
		return
	}
	h := &History{Breaker: t.Breaker}
	if t.Last != nil {
		h.Records = []Record{*t.Last}
	}
	v.take("trip.csv", "text/csv; charset=utf-8", h.CSV())
}

func (v *visit) tripJSON() {
	t, err := v.phone.LastTrip(v.r.Context())
	if err != nil {
		v.failed("Not read", err)
		return
	}
	v.take("trip.json", "application/json", asJSON(t))
}

func (v *visit) showRestore() {
	r, err := v.phone.Restore(v.r.Context())
	if err != nil {
		v.failed("Not read", err)
		return
	}
	v.show(http.StatusOK, "Bring the power back", r.Breaker, restoreView(r))
}
