package commission

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"switchroom/client"
	"switchroom/points"
	"switchroom/regmap"
)

// Scan is a search for breakers on a network. It looks only where it is told to, and only
// on loopback and at addresses that are not routed in the internet; it reads which unit
// answers, and never writes.
type Scan struct {
	Ranges  []string      // 127.0.1.1, 127.0.1.1-127.0.1.20 or 10.1.2.0/28
	Ports   []uint16      // none: 502
	Units   []byte        // unit ids to ask at each; none: 255
	Timeout time.Duration // for each; 0: a second
	AtOnce  int           // 0: 16, 64 at most
	Map     *regmap.Map   // nil: the built-in
	// Progress, if not nil, is called after each address, one call at a time.
	Progress func(done, of int)
}

// MaxScan is how many questions a scan asks at most; ours.
const MaxScan = 4096

// Found is a unit that answered a scan.
type Found struct {
	Address  string            `json:"address"`
	Virtual  bool              `json:"virtual"`
	Identity map[string]string `json:"identity"`
}

// targets are the addresses to ask, in order; all that is wrong at once.
func (s *Scan) targets() (out []string, err error) {
	var all Problems
	for _, text := range s.Ranges {
		first, last, err := span(text)
		if err != nil {
			all.add(text, "%v", err)
			continue
		}
		for a := first; a.IsValid() && a.Compare(last) <= 0; a = a.Next() {
			for _, port := range or(s.Ports, 502) {
				for _, unit := range or(s.Units, 255) {
					out = append(out, fmt.Sprintf("modbus://%s/%d", netip.AddrPortFrom(a, port), unit))
				}
			}
			if len(out) > MaxScan {
				all.add(text, "more than %d questions: scan a smaller range, fewer ports or fewer unit ids", MaxScan)
				break
			}
		}
	}
	if len(s.Ranges) == 0 {
		all.add("", "say where to look: nothing is scanned by itself, as 127.0.1.1-127.0.1.20")
	}
	slices.Sort(out)
	return slices.Compact(out), all.inOrder()
}

func or[T any](all []T, one T) []T {
	if len(all) == 0 {
		return []T{one}
	}
	return all
}

// span reads a range.
func span(text string) (first, last netip.Addr, err error) {
	if p, err := netip.ParsePrefix(text); err == nil {
		first, last = p.Masked().Addr(), lastOf(p)
	} else {
		from, to, ranged := strings.Cut(text, "-")
		if !ranged {
			to = from
		}
		if first, err = netip.ParseAddr(strings.TrimSpace(from)); err == nil {
			last, err = netip.ParseAddr(strings.TrimSpace(to))
		}
		if err != nil {
			return first, last, errors.New("write 127.0.1.1, 127.0.1.1-127.0.1.20 or 10.1.2.0/28")
		}
	}
	switch {
	case first.BitLen() != last.BitLen() || last.Less(first):
		return first, last, errors.New("it ends before it begins")
	case !local(first) || !local(last):
		return first, last, errors.New("only loopback and private networks are scanned")
	case !sameNet(first, last):
		return first, last, errors.New("it goes across networks: give each a range of its own")
	}
	return first, last, nil
}

func local(a netip.Addr) bool { return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() }

// sameNet keeps everything between the ends of a range as local as they are.
func sameNet(a, b netip.Addr) bool {
	bits := 16
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	return err == nil && p.Contains(b)
}

// lastOf is the last address of a prefix.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// Run asks everywhere and returns who answered, by address.
func (s *Scan) Run(ctx context.Context) ([]Found, error) {
	all, err := s.targets()
	if err != nil {
		return nil, err
	}
	if s.Map == nil {
		s.Map = regmap.Default()
	}
	var (
		mu    sync.Mutex
		found []Found
		done  int
		group sync.WaitGroup
		next  = make(chan string)
	)
	for range min(s.atOnce(), len(all)) {
		group.Go(func() {
			for address := range next {
				f, ok := s.ask(ctx, address)
				mu.Lock()
				if done++; ok {
					found = append(found, f)
				}
				if s.Progress != nil {
					s.Progress(done, len(all))
				}
				mu.Unlock()
			}
		})
	}
	for _, address := range all {
		if ctx.Err() != nil {
			break
		}
		next <- address
	}
	close(next)
	group.Wait()
	slices.SortFunc(found, func(a, b Found) int { return strings.Compare(a.Address, b.Address) })
	return found, ctx.Err()
}

// ask reads who a unit is. Whatever answers without saying so is no breaker.
func (s *Scan) ask(ctx context.Context, address string) (f Found, ok bool) {
	o := client.Options{Map: s.Map, Timeout: s.Timeout}
	if o.Timeout == 0 {
		o.Timeout = time.Second
	}
	c, err := client.Dial(ctx, address, o)
	if err != nil {
		return f, false
	}
	defer c.Close()
	var ids []points.ID
	for _, id := range identity {
		if _, carried := client.Carried(address, s.Map)(id); carried {
			ids = append(ids, id)
		}
	}
	read, err := c.Read(ctx, ids...)
	if err != nil {
		return f, false
	}
	f = Found{Address: address, Identity: map[string]string{}}
	for _, r := range read {
		if t := text(r.Point, r.Value); t != "" {
			f.Identity[r.Point.String()] = t
		}
	}
	if f.Identity[points.RatingIn.String()] == "" {
		return f, false
	}
	f.Virtual = c.Virtual(ctx)
	return f, true
}

// Breaker makes a breaker for a project of what was found; board is where it stands.
func (f *Found) Breaker(id, board string) Breaker {
	return Breaker{ID: id, Board: board, Serial: f.Identity[points.DeviceSerial.String()], Addresses: []string{f.Address}}
}

// atOnce is how many are asked at the same time.
func (s *Scan) atOnce() int {
	if s.AtOnce <= 0 {
		return 16
	}
	return min(s.AtOnce, 64)
}

// News are the breakers that were found at addresses which the project does not have,
// with the next free designations: Q1 and on. Where they stand is for whoever asks.
func (p *Project) News(found []Found, board string) (all []Breaker) {
	ids, addresses := map[string]bool{}, map[string]bool{}
	for _, b := range p.Breakers {
		ids[b.ID] = true
		for _, a := range b.Addresses {
			addresses[a] = true
		}
	}
	n := 0
	for _, f := range found {
		if addresses[f.Address] {
			continue
		}
		id := ""
		for id == "" || ids[id] {
			n++
			id = fmt.Sprintf("Q%d", n)
		}
		ids[id], addresses[f.Address] = true, true
		all = append(all, f.Breaker(id, board))
	}
	return all
}
