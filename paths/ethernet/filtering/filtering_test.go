package filtering_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"switchroom/paths/ethernet/filtering"
)

func entry(t *testing.T, from string, l filtering.Level) filtering.Entry {
	t.Helper()
	r, err := filtering.ParseRange(from)
	if err != nil {
		t.Fatal(err)
	}
	return filtering.Entry{From: r, Level: l}
}

// TestVerdict has a row for each way in which a list says what an address may do.
func TestVerdict(t *testing.T) {
	old := filtering.Settings{On: true, Addresses: []filtering.Entry{
		entry(t, "192.0.2.7", filtering.ReadWrite), entry(t, "192.0.2.8", filtering.ReadOnly), entry(t, "192.0.2.9", filtering.NoAccess),
	}}
	open := old
	open.Anonymous = true
	later := filtering.Settings{On: true, Generation: filtering.ByRange,
		Global:     []filtering.Entry{entry(t, "192.0.2.0/24", filtering.ReadOnly), entry(t, "198.51.100.1-198.51.100.9", filtering.ReadWrite)},
		Exceptions: []filtering.Entry{entry(t, "192.0.2.7", filtering.ReadWrite), entry(t, "192.0.2.128/25", filtering.NoAccess)},
	}
	for _, c := range []struct {
		name string
		f    filtering.Settings
		from string
		want filtering.Level
	}{
		{"off: everybody", filtering.Settings{}, "192.0.2.7", filtering.ReadWrite},
		{"off, with a list left in it", filtering.Settings{Addresses: old.Addresses}, "192.0.2.9", filtering.ReadWrite},
		{"on and empty: nobody", filtering.Settings{On: true}, "192.0.2.7", filtering.NoAccess},
		{"address, read-write", old, "192.0.2.7", filtering.ReadWrite},
		{"address as IPv6 spells it", old, "::ffff:192.0.2.7", filtering.ReadWrite},
		{"address, read", old, "192.0.2.8", filtering.ReadOnly},
		{"address, none", old, "192.0.2.9", filtering.NoAccess},
		{"another", old, "192.0.2.10", filtering.NoAccess},
		{"another, anonymous", open, "192.0.2.10", filtering.ReadOnly},
		{"none stays none, anonymous", open, "192.0.2.9", filtering.NoAccess},
		{"global range", later, "192.0.2.50", filtering.ReadOnly},
		{"exception that gives more", later, "192.0.2.7", filtering.ReadWrite},
		{"exception that takes away", later, "192.0.2.200", filtering.NoAccess},
		{"last of a range", later, "198.51.100.9", filtering.ReadWrite},
		{"behind the last", later, "198.51.100.10", filtering.NoAccess},
		{"IPv6 is in no list of IPv4", later, "2001:db8::1", filtering.NoAccess},
		{"a generation that is none", filtering.Settings{On: true, Generation: 9}, "192.0.2.7", filtering.NoAccess},
	} {
		if v := c.f.Of(netip.MustParseAddr(c.from)); v.Level != c.want || v.Rule == "" {
			t.Errorf("%s: %v has %v (%q), want %v", c.name, c.from, v.Level, v.Rule, c.want)
		}
	}
	if v := old.Of(netip.Addr{}); v.Level != filtering.NoAccess {
		t.Errorf("no address at all has %v", v.Level)
	}
}

// The list of functions is the one of the vendor's page, written out here a
// second time: a function that creeps into the table is seen.
func TestReadableIsTheList(t *testing.T) {
	var got []string
	for _, r := range filtering.Readable {
		got = append(got, strings.TrimSpace(fmt.Sprint(r.Function, " ", r.Subs)))
	}
	want := []string{"1 []", "2 []", "3 []", "4 []", "7 []", "8 []", "11 []", "12 []", "17 []", "20 []", "24 []", "43 [14 15 16]", "100 []"}
	if !slices.Equal(got, want) {
		t.Errorf("level Read admits\n%v, want\n%v", got, want)
	}
}

// TestValidate: all that is wrong is told at once, each with its line.
func TestValidate(t *testing.T) {
	many := make([]filtering.Entry, 11)
	for i := range many {
		many[i] = entry(t, fmt.Sprintf("192.0.2.%d", i+1), filtering.ReadOnly)
	}
	bad := filtering.Settings{
		Addresses:   append(many, entry(t, "192.0.2.1", filtering.ReadWrite), entry(t, "198.51.100.0/24", filtering.ReadOnly), filtering.Entry{}),
		Global:      many[:1],
		Connections: 12,
	}
	err := bad.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"take the last 4 away", "address 12: 192.0.2.1 is in entry 1", "address 13: 198.51.100.0-198.51.100.255 is a range",
		"address 14: no address", "global access list: this generation", "8 or 16"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not told: %q in\n%v", want, err)
		}
	}
}

func TestTraps(t *testing.T) {
	me := netip.MustParseAddr("192.0.2.7")
	for _, c := range []struct {
		name string
		f    filtering.Settings
		want []string
	}{
		{"off", filtering.Settings{}, nil},
		{"all is well", filtering.Settings{On: true, Addresses: []filtering.Entry{entry(t, "192.0.2.7", filtering.ReadWrite)}}, nil},
		{"empty", filtering.Settings{On: true}, []string{"lock yourself out", "Nobody could command", "Nobody could even read"}},
		{"I read", filtering.Settings{On: true, Addresses: []filtering.Entry{entry(t, "192.0.2.7", filtering.ReadOnly)}}, []string{"would only read", "Nobody could command"}},
		{"anonymous", filtering.Settings{On: true, Anonymous: true}, []string{"would only read", "Nobody could command"}},
		{"others", filtering.Settings{On: true, Addresses: []filtering.Entry{entry(t, "192.0.2.9", filtering.ReadWrite)}}, []string{"lock yourself out"}},
	} {
		got := c.f.Traps(me)
		ok := len(got) == len(c.want)
		for i := range c.want {
			ok = ok && strings.Contains(got[i], c.want[i])
		}
		if !ok {
			t.Errorf("%s: told %q, want %q", c.name, got, c.want)
		}
	}
}

// What is stored comes back as it was; words that are none are refused.
func TestJSON(t *testing.T) {
	f := filtering.Settings{On: true, Generation: filtering.ByRange, Connections: 8,
		Global: []filtering.Entry{entry(t, "192.0.2.0/24", filtering.ReadOnly)}, Exceptions: []filtering.Entry{entry(t, "2001:db8::7", filtering.ReadWrite)}}
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var back filtering.Settings
	if err := json.Unmarshal(b, &back); err != nil || fmt.Sprint(back) != fmt.Sprint(f) {
		t.Errorf("%s came back as %v (%v)", b, back, err)
	}
	for _, bad := range []string{`{"global":[{"from":"192.0.2.7","level":"all"}]}`, `{"global":[{"from":"fe80::1%eth0","level":"read"}]}`, `{"generation":"3"}`, `{"global":[{"from":"192.0.2.9-192.0.2.7"}]}`} {
		if json.Unmarshal([]byte(bad), &back) == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

// Carried over to the pages with ranges, every address may do what it might before.
func TestCrossed(t *testing.T) {
	for _, anonymous := range []bool{false, true} {
		old := filtering.Settings{On: true, Anonymous: anonymous, Connections: 8, Addresses: []filtering.Entry{
			entry(t, "192.0.2.7", filtering.ReadWrite), entry(t, "192.0.2.8", filtering.ReadOnly), entry(t, "2001:db8::1", filtering.NoAccess),
		}}
		got := old.Crossed()
		if err := got.Validate(); err != nil || got.Generation != filtering.ByRange || got.Connections != 8 {
			t.Errorf("%+v: %v", got, err)
		}
		for _, a := range []string{"192.0.2.7", "192.0.2.8", "192.0.2.9", "2001:db8::1", "2001:db8::2", "255.255.255.255", "::"} {
			ip := netip.MustParseAddr(a)
			if o, n := old.Of(ip).Level, got.Of(ip).Level; o != n {
				t.Errorf("anonymous %v: %v might %v and may %v", anonymous, a, o, n)
			}
		}
		if fmt.Sprint(got.Crossed()) != fmt.Sprint(got) {
			t.Error("crossing twice changes it")
		}
	}
}
