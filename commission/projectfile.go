package commission

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	jsonv2 "github.com/go-json-experiment/json"

	"switchroom/client"
	"switchroom/points"
	"switchroom/study"
)

// Problem is one thing that is wrong in a file.
type Problem struct {
	Path string `json:"path"` // breakers[3].board, or row 4
	Text string `json:"text"` // what is wrong, and what to write instead
}

// Problems is everything that is wrong in a file. Nothing of it was taken.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, x := range p {
		lines[i] = x.Text
		if x.Path != "" {
			lines[i] = x.Path + ": " + x.Text
		}
	}
	return strings.Join(lines, "\n")
}

func (p *Problems) add(path, format string, args ...any) {
	*p = append(*p, Problem{path, fmt.Sprintf(format, args...)})
}

// err is nil where nothing is wrong.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	slices.SortStableFunc(p, func(a, b Problem) int { return cmp.Compare(a.Path, b.Path) })
	return slices.Compact(p)
}

// schemaOf is what the schemas of files are made and checked with.
func schemaOf[T any]() (huma.Registry, *huma.Schema) {
	r := huma.NewMapRegistry("#/$defs/", huma.DefaultSchemaNamer)
	return r, r.Schema(reflect.TypeFor[T](), true, "")
}

// ProjectSchema is the JSON schema (2020-12) of project files.
func ProjectSchema() ([]byte, error) {
	r, top := schemaOf[Project]()
	return json.MarshalIndent(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "Switchroom commissioning project",
		"$ref":    top.Ref,
		"$defs":   r.Map(),
	}, "", "  ")
}

// ReadProject reads a project file. It is taken whole, or refused with [Problems]: all
// that is wrong in it, each with its path.
func ReadProject(in io.Reader) (*Project, error) {
	b, err := io.ReadAll(io.LimitReader(in, MaxProjectBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > MaxProjectBytes {
		return nil, Problems{{"", fmt.Sprintf("the file is larger than %d MiB: divide the project", MaxProjectBytes>>20)}}
	}
	var p Project
	if err := strictly(b, &p); err != nil {
		return nil, err
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	p.Sort()
	return &p, nil
}

// strictly reads JSON of a schema: no name twice, none that is not in it, nothing behind
// it; all errors at once.
func strictly[T any](b []byte, v *T) error {
	var loose any
	if err := jsonv2.Unmarshal(b, &loose); err != nil {
		return Problems{{"", fmt.Sprintf("this is not JSON as it should be: %v", unwrapped(err))}}
	}
	r, s := schemaOf[T]()
	var found huma.ValidateResult
	huma.Validate(r, s, huma.NewPathBuffer(make([]byte, 0, 128), 0), huma.ModeWriteToServer, loose, &found)
	var all Problems
	for _, err := range found.Errors {
		if d, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			all.add(d.Location, "%s", d.Message)
		} else {
			all.add("", "%v", err)
		}
	}
	if len(all) > 0 {
		return all.err()
	}
	return jsonv2.Unmarshal(b, v, jsonv2.RejectUnknownMembers(true))
}

// unwrapped leaves the name of the library out.
func unwrapped(err error) string {
	text := strings.TrimPrefix(err.Error(), "json: ")
	return strings.TrimPrefix(text, "jsontext: ")
}

// Check says all that is wrong with a project beyond its form.
func (p *Project) Check() error {
	var all Problems
	if p.Format != Format {
		all.add("format", "%d: this program reads format %d", p.Format, Format)
	}
	if len(p.Breakers) > MaxBreakers {
		all.add("breakers", "%d of them: %d are the most; divide the project", len(p.Breakers), MaxBreakers)
	}
	known := map[string]bool{}
	for _, path := range p.Paths() {
		if known[path] {
			all.add("boards", "%s is there twice: give each its own name", path)
		}
		if strings.Count(path, "/") >= MaxDepth {
			all.add("boards", "%s: %d boards in boards are the most", path, MaxDepth)
		}
		known[path] = true
	}
	ids, at := map[string]int{}, map[string]string{}
	for i := range p.Breakers {
		b, path := &p.Breakers[i], fmt.Sprintf("breakers[%d]", i)
		if before, twice := ids[b.ID]; twice {
			all.add(path+".id", "%s is breaker %d already: give each its own", b.ID, before)
		}
		ids[b.ID] = i
		if !known[b.Board] {
			all.add(path+".board", "%q is none of the boards: write the names from the top, as Main/Incomers", b.Board)
		}
		b.check(path, at, &all)
	}
	return all.err()
}

// check says what is wrong with a breaker; at says whose an address is.
func (b *Breaker) check(path string, at map[string]string, all *Problems) {
	for i, a := range b.Addresses {
		where := fmt.Sprintf("%s.addresses[%d]", path, i)
		if !strings.HasPrefix(a, "modbus://") {
			all.add(where, "%q: a project has addresses of the network, such as modbus://127.0.1.1:5020/255; give a serial line or a cable with --address", a)
			continue
		}
		if err := client.CheckAddress(a); err != nil {
			all.add(where, "%v", err)
		}
		if other, taken := at[a]; taken {
			all.add(where, "%s is the address of %s already", a, other)
		}
		at[a] = b.ID
	}
	r, known := points.Rating{}, false
	if b.Rating != nil {
		var err error
		if r, err = b.Rating.Points(); err != nil {
			all.add(path+".rating", "%v", err)
		} else {
			known = true
		}
	}
	if b.Study != nil {
		b.Study.check(path+".study", r, known, all)
	}
}

// check says what is wrong with a study: values that the unit cannot have above all.
func (s *Study) check(path string, r points.Rating, known bool, all *Problems) {
	d, seen, sound := study.NewDevice("", r), map[string]bool{}, known
	for i := range s.Values {
		v, where := &s.Values[i], fmt.Sprintf("%s.values[%d]", path, i)
		if seen[v.Point] {
			all.add(where+".point", "%s is there twice", v.Point)
		}
		seen[v.Point] = true
		id, err := points.Lookup(v.Point)
		if err == nil && !study.Holds(id) {
			err = fmt.Errorf("%s is no protection setting", v.Point)
		}
		if err == nil {
			_, _, err = v.Bounds()
		}
		if err == nil {
			err = d.Set(v.Point, v.Value)
		}
		if err != nil {
			all.add(where, "%v", err)
			sound = false
		}
	}
	if sound {
		if err := d.Validate(); err != nil {
			all.add(path, "a unit of this rating cannot be set so: %v", err)
		}
	}
}

// Marshal writes a project as its file: sorted, the same bytes for the same project.
func (p *Project) Marshal() ([]byte, error) {
	p.Sort()
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(p)
	return out.Bytes(), err
}
