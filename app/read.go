package app

import (
	"context"
	"errors"
	"time"

	"switchroom/client"
	"switchroom/points"
)

// Row is a point as it is shown.
type Row struct {
	Point     string `json:"point"`
	Title     string `json:"title"`
	Value     string `json:"value"` // as a person reads it; "" is not available
	Unit      string `json:"unit,omitempty"`
	Certainty string `json:"certainty"` // of the point itself
}

// Screen is rows that were read together, and when.
type Screen struct {
	Breaker string    `json:"breaker"`
	At      time.Time `json:"at"` // the phone's clock
	Rows    []Row     `json:"rows"`
}

// Value is the value of a point of the screen; "" is not available or not there.
func (s *Screen) Value(id points.ID) string {
	for i := range s.Rows {
		if s.Rows[i].Point == id.String() {
			return s.Rows[i].Value
		}
	}
	return ""
}

// errUnproved is why nothing is read yet.
var errUnproved = errors.New("no password was proved on this link: give one of the four (B5)")

// read reads points of the breaker that the phone is connected to. p.doing is held.
func (p *Phone) read(ctx context.Context, l *link, ids []points.ID) ([]client.Reading, error) {
	p.mu.Lock()
	proved := len(l.levels) > 0
	p.mu.Unlock()
	if !proved {
		return nil, errUnproved
	}
	r, err := l.cable.Read(ctx, ids...)
	if err != nil {
		return nil, p.unproved(l, err)
	}
	return r, nil
}

// unproved forgets what was proved if the breaker says that it is over.
func (p *Phone) unproved(l *link, err error) error {
	var no *client.Refusal
	if err = p.after(l, err); errors.As(err, &no) && (no.Reason == "no_password" || no.Reason == "stale") {
		p.mu.Lock()
		l.levels = nil
		p.changed()
		p.mu.Unlock()
	}
	return err
}

// values reads points as values.
func (p *Phone) values(ctx context.Context, ids []points.ID) (map[points.ID]points.Value, *link, error) {
	p.doing.Lock()
	defer p.doing.Unlock()
	l, err := p.current()
	if err != nil {
		return nil, nil, err
	}
	r, err := p.read(ctx, l, ids)
	if err != nil {
		return nil, nil, err
	}
	all := map[points.ID]points.Value{}
	for _, x := range r {
		all[x.Point] = x.Value
	}
	return all, l, nil
}

// screen reads points as rows, in their order.
func (p *Phone) screen(ctx context.Context, ids []points.ID) (*Screen, error) {
	v, l, err := p.values(ctx, ids)
	if err != nil {
		return nil, err
	}
	s := &Screen{Breaker: l.unit, At: p.now(), Rows: []Row{}}
	for _, id := range ids {
		s.Rows = append(s.Rows, rowOf(id, v[id]))
	}
	return s, nil
}

func rowOf(id points.ID, v points.Value) Row {
	info := points.Of(id)
	r := Row{Point: info.Name, Title: info.Title, Unit: info.Unit, Certainty: info.Certainty.String()}
	if v.Available() {
		r.Value = info.Format(v)
	}
	return r
}

// health are the points of the first screen, as they are looked at.
var health = []points.ID{
	points.BreakerClosed, points.BreakerTripped, points.BreakerFaultTripped, points.BreakerLastTrip,
	points.BreakerReadyToClose, points.BreakerNotReady, points.BreakerSpringCharged, points.BreakerPosition, points.BreakerMode,
	points.Health, points.EventActive, points.LifeBreaker, points.LifeUnit, points.WearContacts, points.Temperature,
	points.ProtectionERMSEngaged, points.ProtectionGroup,
	points.DeviceModel, points.DeviceSerial, points.DeviceFirmware, points.DeviceClock,
}

// measurements are those that a person at the breaker looks at.
var measurements = []points.ID{
	points.CurrentL1, points.CurrentL2, points.CurrentL3, points.CurrentN, points.CurrentGround, points.CurrentHighest,
	points.VoltageL12, points.VoltageL23, points.VoltageL31, points.VoltageL1n, points.VoltageL2n, points.VoltageL3n,
	points.Frequency, points.PowerActiveTotal, points.PowerReactiveTotal, points.PowerApparentTotal, points.PowerFactorTotal,
	points.EnergyActive, points.ProtectionThermalL1, points.ProtectionThermalL2, points.ProtectionThermalL3,
}

// Health reads how the breaker is.
func (p *Phone) Health(ctx context.Context) (*Screen, error) { return p.screen(ctx, health) }

// Measurements reads what flows and what stands.
func (p *Phone) Measurements(ctx context.Context) (*Screen, error) {
	return p.screen(ctx, measurements)
}
