package filtering

import (
	"errors"
	"fmt"
	"net/netip"
)

// EntriesMax is how many lines each list has (interfaces facts §1.3).
const EntriesMax = 10

// Validate returns everything that is wrong with the settings, each with what to
// do about it; nil if nothing is.
func (f *Settings) Validate() error {
	var errs []error
	lists := []struct {
		name    string
		entries []Entry
		of      Generation
	}{{"address", f.Addresses, ByAddress}, {"global access", f.Global, ByRange}, {"exception", f.Exceptions, ByRange}}
	for _, l := range lists {
		if l.of != f.Generation && len(l.entries) > 0 {
			errs = append(errs, fmt.Errorf("%s list: this generation of the interface has none; empty it", l.name))
			continue
		}
		errs = append(errs, checkEntries(l.name, l.entries, l.of)...)
	}
	if int(f.Generation) >= len(generationNames) {
		errs = append(errs, errors.New("the generation is not known: addresses or ranges"))
	}
	if f.Anonymous && f.Generation != ByAddress {
		errs = append(errs, errors.New("anonymous access: this generation has the global access list instead"))
	}
	if f.Connections != 0 && f.Connections != 8 && f.Connections != 16 {
		errs = append(errs, fmt.Errorf("%d connections: the interface takes 8 or 16", f.Connections))
	}
	return errors.Join(errs...)
}

func checkEntries(list string, entries []Entry, of Generation) (errs []error) {
	if len(entries) > EntriesMax {
		errs = append(errs, fmt.Errorf("%s list: %d entries, and %d at most; take the last %d away", list, len(entries), EntriesMax, len(entries)-EntriesMax))
	}
	for i, e := range entries {
		if err := e.check(of); err != nil {
			errs = append(errs, fmt.Errorf("%s %d: %w", list, i+1, err))
		}
		for j := range i {
			if entries[j].From.overlaps(e.From) {
				errs = append(errs, fmt.Errorf("%s %d: %s is in entry %d already; each address stands in one entry", list, i+1, e.From, j+1))
			}
		}
	}
	return errs
}

func (e Entry) check(of Generation) error {
	switch {
	case !e.From.First.IsValid():
		return errors.New("no address; write one, or remove the line")
	case of == ByAddress && !e.From.one():
		return fmt.Errorf("%s is a range; this generation of the interface takes single addresses", e.From)
	case e.Level > ReadWrite:
		return errors.New("the level is none, read or read-write")
	}
	return nil
}

// Traps tells, before these settings are saved from an address, what they shut
// out: above all the commissioning software on the very computer that saves
// them. Nothing in it is an error.
func (f *Settings) Traps(from netip.Addr) (told []string) {
	if !f.On {
		return nil
	}
	switch v := f.Of(from); v.Level {
	case NoAccess:
		told = append(told, fmt.Sprintf("Over Modbus TCP you lock yourself out: %v, from where you are saving this, would have no access (%s). These pages stay reachable.", from, v.Rule))
	case ReadOnly:
		told = append(told, fmt.Sprintf("The commissioning software on this computer (%v) would only read (%s): it could neither command nor configure.", from, v.Rule))
	}
	if !f.somebody(ReadWrite) {
		told = append(told, "Nobody could command or configure over Modbus TCP: no entry has read-write.")
	}
	if !f.Anonymous && !f.somebody(ReadOnly) && !f.somebody(ReadWrite) {
		told = append(told, "Nobody could even read over Modbus TCP: supervision goes blind.")
	}
	return told
}

// somebody reports whether an entry gives this level.
func (f *Settings) somebody(l Level) bool {
	for _, list := range [][]Entry{f.Addresses, f.Global, f.Exceptions} {
		for _, e := range list {
			if e.Level == l {
				return true
			}
		}
	}
	return false
}
