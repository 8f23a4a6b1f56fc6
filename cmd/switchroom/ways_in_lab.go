package main

import (
	"encoding/json"
	"fmt"

	"switchroom/access"
	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/site"
	"switchroom/ways"
)

// lockPoints are what a breaker tells of its locks.
var lockPoints = []points.ID{points.BluetoothEnabled, points.BreakerClosed, points.BreakerInhibitedComm, points.BreakerInhibitedIO, points.BreakerMode, points.LockProtectionHMI, points.LockProtectionRemote}

// waysNow lists the ways as a running laboratory is.
func waysNow(a *app, s *site.Site, lab string) ([]ways.Breaker, error) {
	cl, err := (&labFlag{Lab: lab}).client()
	if err != nil {
		return nil, err
	}
	now := make([]ways.Now, len(s.Breakers))
	for i := range s.Breakers {
		if now[i], err = breakerNow(a, cl, s.Breakers[i].Unit.Name); err != nil {
			return nil, err
		}
	}
	around := ways.Around(s)
	if s.Room != nil {
		r, err := cl.Room(a.Ctx)
		if err != nil {
			return nil, err
		}
		around.Locked, around.Inside = r.Locked, len(r.Inside)
	}
	return ways.List(s, now, around)
}

func breakerNow(a *app, cl *remote.Client, name string) (n ways.Now, err error) {
	f, err := cl.Front(a.Ctx, name)
	if err != nil {
		return n, fmt.Errorf("%s: %w; is this the laboratory of the site file?", name, err)
	}
	n.Powered, n.Remote = f.Powered, access.TriOf(f.Remote)
	if f.Pad != "" {
		n.Remote = access.TriOf(f.Pad == "unlocked")
	}
	var names []string
	for _, id := range lockPoints {
		names = append(names, points.Of(id).Name)
	}
	readings, err := cl.Read(a.Ctx, name, names...)
	if err != nil {
		return n, err
	}
	values := map[string]json.RawMessage{}
	for _, r := range readings {
		values[r.Point] = r.Value
	}
	n.Value = func(id points.ID) (float64, bool) { return lockValue(id, values[points.Of(id).Name]) }
	return n, nil
}

// lockValue is the number of a flag or of a word of an enumeration; false: not told.
func lockValue(id points.ID, raw json.RawMessage) (float64, bool) {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return 0, false
	}
	switch v := v.(type) {
	case bool:
		return map[bool]float64{true: 1}[v], true
	case float64:
		return v, true
	case string:
		p := points.Of(id)
		for i, word := range p.Enum {
			if word == v {
				return float64(i) + float64(p.Base), true
			}
		}
	}
	return 0, false
}
