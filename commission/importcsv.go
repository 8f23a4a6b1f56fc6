package commission

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// MaxCSVBytes bounds a list of breakers; ours.
const MaxCSVBytes = 1 << 20

// columns are those of a list of breakers. Only id and board must be there.
var columns = []string{"address", "board", "id", "in", "name", "poles", "serial", "standard", "variant"}

// ReadBreakers reads a list of breakers: CSV with a head, in any order of columns,
//
//	id,name,board,address,in,variant,poles,standard,serial
//	Q1,Transformer 1,Main/Incomers,modbus://127.0.1.1:5020/255,1600,6.0,4,,
//
// It is taken whole, or refused with [Problems]: each with its row and what to do.
func ReadBreakers(in io.Reader) ([]Breaker, error) {
	b, err := io.ReadAll(io.LimitReader(in, MaxCSVBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > MaxCSVBytes {
		return nil, Problems{{"", "the list is larger than 1 MiB: divide it"}}
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff")))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	head, err := r.Read()
	if err != nil {
		return nil, Problems{{"row 1", "there is no head: write id,name,board,address,in,variant,poles"}}
	}
	var all Problems
	at := heads(head, &all)
	if len(all) > 0 {
		return nil, all
	}
	var out []Breaker
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, all.inOrder()
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			all.add(where(bad.Line), "%v", bad.Err)
			return nil, all.inOrder()
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		if len(out) == MaxBreakers {
			all.add(where(line), "more than %d breakers: divide the list", MaxBreakers)
			return nil, all.inOrder()
		}
		out = append(out, breakerOf(cells, len(head), at, where(line), &all))
	}
}

func where(line int) string { return fmt.Sprintf("row %d", line) }

// inOrder leaves rows as they came: their numbers do not sort as texts.
func (p Problems) inOrder() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// heads finds the columns.
func heads(head []string, all *Problems) map[string]int {
	at := map[string]int{}
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		if _, twice := at[h]; twice {
			all.add("row 1", "column %s is there twice", h)
		}
		if !slices.Contains(columns, h) {
			all.add("row 1", "column %q is none of %s", h, strings.Join(columns, ", "))
		}
		at[h] = i
	}
	for _, must := range []string{"board", "id"} {
		if _, ok := at[must]; !ok {
			all.add("row 1", "there is no column %s", must)
		}
	}
	return at
}

// breakerOf is a row of a list.
func breakerOf(cells []string, want int, at map[string]int, where string, all *Problems) Breaker {
	if len(cells) != want {
		all.add(where, "%d cells, and the head has %d: put texts with commas into quotation marks", len(cells), want)
		return Breaker{}
	}
	get := func(name string) string {
		if i, ok := at[name]; ok {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	b := Breaker{ID: get("id"), Name: get("name"), Board: get("board"), Serial: get("serial")}
	if a := get("address"); a != "" {
		b.Addresses = append(b.Addresses, a)
	}
	b.Rating = ratingOf(get, where, all)
	return b
}

// ratingOf reads the plugs of a row; nil where it has none.
func ratingOf(get func(string) string, where string, all *Problems) *Rating {
	if get("in") == "" && get("variant") == "" && get("poles") == "" {
		return nil
	}
	r := &Rating{Variant: get("variant"), Standard: strings.ToLower(get("standard")), Poles: 3}
	var err error
	if r.In, err = strconv.ParseFloat(get("in"), 64); err != nil {
		all.add(where, "in %q: write the sensor plug in amperes, as 1600", get("in"))
	}
	if p := get("poles"); p != "" {
		if r.Poles, err = strconv.Atoi(p); err != nil {
			all.add(where, "poles %q: write 3 or 4", p)
		}
	}
	if r.Standard != "" && r.Standard != "iec" && r.Standard != "ul" {
		all.add(where, "standard %q: write iec or ul", r.Standard)
	}
	if len(*all) == 0 || (*all)[len(*all)-1].Path != where {
		if _, err := r.Points(); err != nil {
			all.add(where, "%v", err)
		}
	}
	return r
}

// Add puts breakers into a project, all or none. Boards that are not there yet are made. A
// breaker whose id is there already is refused: what was designed is not overwritten by a
// list or by a scan.
func (p *Project) Add(more []Breaker) error {
	next := *p
	next.Boards = cloneBoards(p.Boards)
	next.Breakers = slices.Clone(p.Breakers)
	for _, b := range more {
		next.Boards = ensure(next.Boards, strings.Split(b.Board, "/"))
		next.Breakers = append(next.Breakers, b)
	}
	text, err := next.Marshal()
	if err != nil {
		return err
	}
	whole, err := ReadProject(strings.NewReader(string(text)))
	if err != nil {
		return err
	}
	*p = *whole
	return nil
}

func cloneBoards(in []Board) []Board {
	out := slices.Clone(in)
	for i := range out {
		out[i].Boards = cloneBoards(out[i].Boards)
	}
	return out
}

// ensure makes a board of a path, and those above it.
func ensure(in []Board, path []string) []Board {
	if len(path) == 0 || path[0] == "" || len(path) > MaxDepth {
		return in // the check of the project says what is wrong
	}
	i := slices.IndexFunc(in, func(b Board) bool { return b.Name == path[0] })
	if i < 0 {
		in, i = append(in, Board{Name: path[0]}), len(in)
	}
	in[i].Boards = ensure(in[i].Boards, path[1:])
	return in
}
