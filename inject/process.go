package inject

import "switchroom/lab/remote"

// contacts is the slot of what somebody sets the contacts to. A trip and a move in the
// chassis have something of their own that goes on and has to end with them: they have none.
const contacts = "contacts"

// process are the faults that really happen, at the breaker. The laboratory's
// [Hands] do them.
var process = []Kind{
	{Kind: remote.Kind{Name: "close", Layer: remote.Process, Title: "somebody presses the closing button", Proves: "it shows the closing, with its time", Undo: "the opening button, if it was open before"}, slot: contacts},
	{Kind: remote.Kind{Name: "open", Layer: remote.Process, Title: "somebody presses the opening button", Proves: "it shows the opening and tells it from a trip", Undo: "the closing button, if it was closed before"}, slot: contacts},
	{Kind: remote.Kind{Name: "pad", Layer: remote.Process, Title: "somebody turns the locking pad of the interface", Proves: "it shows that remote control is disabled, and says why an order is refused", Undo: "the pad is turned back"},
		params: []Param{{Name: "to", Help: "where the pad is turned", Words: []string{"locked", "unlocked"}}}},
	{Kind: remote.Kind{Name: "rack", Layer: remote.Process, Title: "somebody moves a drawout breaker in its chassis; it opens first", Proves: "it shows the position, and counts no energy for what is not connected", Undo: "back to where it was"},
		params: []Param{{Name: "to", Help: "position", Words: []string{"test", "disconnected", "withdrawn", "connected"}}}},
	{Kind: remote.Kind{Name: "reset", Layer: remote.Process, Title: "somebody presses the reset button", Proves: "it shows that the trip was reset", Undo: "nothing: a reset cannot be undone"}},
	{Kind: remote.Kind{Name: "self-test", Layer: remote.Process, Title: "a part of the unit fails, and its self-test finds that", Proves: "it raises the alarm, of the severity it has", Undo: "the part is whole again"},
		params: []Param{{Name: "part", Help: "that fails; `switchroom facts faults` lists them"}}},
	{Kind: remote.Kind{Name: "supply-lost", Layer: remote.Process, Title: "the control unit loses its 24 V supply", Proves: "it tells a unit without supply from one that does not communicate", Undo: "the supply is back"}},
	{Kind: remote.Kind{Name: "clock-lost", Layer: remote.Process, Title: "the control unit loses its supply with the battery out, and with them the date", Proves: "it heeds the time's quality and does not file events under 2000", Undo: "the battery is back, and the clock is set to what the laboratory has"}},
	{Kind: remote.Kind{Name: "load", Layer: remote.Process, Title: "a current flows through the unit in place of that of the network, as a test set injects it", Proves: "its measurements move, in the right phase, at the right scale", Undo: "what the network gives flows again"},
		params: []Param{{Name: "l1", Help: "current", Unit: "A", Default: 100, Min: 0, Max: 100_000}, {Name: "l2", Help: "current", Unit: "A", Default: 100, Min: 0, Max: 100_000}, {Name: "l3", Help: "current", Unit: "A", Default: 100, Min: 0, Max: 100_000}, {Name: "n", Help: "current", Unit: "A", Default: 0, Min: 0, Max: 100_000}}},
	{Kind: remote.Kind{Name: "trip", Layer: remote.Process, Title: "currents are injected that trip the unit by one of its functions", Proves: "it shows the trip, its cause and its time", Undo: "it is reset, charged, and closed again if it was closed"},
		params: []Param{{Name: "cause", Help: "function that trips", Words: []string{"short_time", "long_time", "instantaneous", "ground_fault", "earth_leakage"}}}},
}
