package commission_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	. "switchroom/commission"
	"switchroom/points"
)

const good = `{"format":1,"number":"P-26-014","name":"Plant",
 "boards":[{"name":"Main","boards":[{"name":"Incomers"}]},{"name":"East"}],
 "breakers":[
  {"id":"Q2","board":"East","addresses":["modbus://127.0.1.2:5020/255"]},
  {"id":"Q1","name":"Transformer 1","board":"Main/Incomers","addresses":["modbus://127.0.1.1:5020/255"],
   "rating":{"in":1600,"variant":"6.0","poles":4},
   "study":{"source":"PS-7 rev. C","values":[
     {"point":"protection.short_time.isd","value":"3","low":2,"high":5},
     {"point":"protection.long_time.ir","value":"1440","tolerance":20}]}}]}`

func TestProjectIsWrittenAsItIsRead(t *testing.T) {
	p, err := ReadProject(strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	first, _ := p.Marshal()
	again, err := ReadProject(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	second, _ := again.Marshal()
	if !bytes.Equal(first, second) {
		t.Errorf("%s\nbecame\n%s", first, second)
	}
	if p.Breakers[0].ID != "Q1" || p.Breakers[0].Study.Values[0].Point != "protection.long_time.ir" {
		t.Errorf("not sorted: %s", first)
	}
	if got := fmt.Sprint(p.Paths()); got != "[Main Main/Incomers East]" {
		t.Error(got)
	}
}

// TestProjectErrorsAllAtOnce breaks a sound file in a place each, and all together.
func TestProjectErrorsAllAtOnce(t *testing.T) {
	rows := []struct{ old, new, path, text string }{
		{`"format":1`, `"format":7`, "format", "1"},
		{`"number":"P-26-014",`, ``, "", "number"},
		{`"name":"East"`, `"name":"East","colour":"red"`, "boards[1].colour", "unexpected"},
		{`"id":"Q2"`, `"id":"Q/2"`, "breakers[0].id", "pattern"},
		{`"in":1600`, `"in":"big"`, "breakers[1].rating.in", "number"},
	}
	all := good
	for _, r := range rows {
		all = strings.Replace(all, r.old, r.new, 1)
		_, err := ReadProject(strings.NewReader(strings.Replace(good, r.old, r.new, 1)))
		expect(t, err, r.path, r.text)
	}
	_, err := ReadProject(strings.NewReader(all))
	for _, r := range rows {
		expect(t, err, r.path, r.text)
	}
}

func TestProjectErrorsOfMeaning(t *testing.T) {
	for _, r := range []struct{ old, new, path, text string }{
		{`"id":"Q2"`, `"id":"Q1"`, "breakers[1].id", "already"},
		{`"board":"East"`, `"board":"West"`, "breakers[0].board", "none of the boards"},
		{`modbus://127.0.1.2:5020/255`, `usb:///run/usb.sock?unit=Q2`, "breakers[0].addresses[0]", "--address"},
		{`modbus://127.0.1.2:5020/255`, `modbus://127.0.1.1:5020/255`, "breakers[1].addresses[0]", "already"},
		{`"variant":"6.0"`, `"variant":"7.0","standard":"ul"`, "breakers[1].rating", ""},
		{`protection.long_time.ir`, `current.l1`, "breakers[1].study.values[1]", "no protection setting"},
		{`"value":"3"`, `"value":"6"`, "breakers[1].study.values[0]", "between its own limits"},
		{`"value":"1440"`, `"value":"99"`, "breakers[1].study", "cannot be set so"},
		{`"low":2`, `"low":2,"low":3`, "", "duplicate"},
	} {
		_, err := ReadProject(strings.NewReader(strings.Replace(good, r.old, r.new, 1)))
		expect(t, err, r.path, r.text)
	}
	expect(t, second(ReadProject(strings.NewReader(good+"{}"))), "", "JSON")
	expect(t, second(ReadProject(strings.NewReader(strings.Repeat(" ", MaxProjectBytes+1)))), "", "larger")
}

func second[T any](_ T, err error) error { return err }

// expect wants a problem with a path and with words in it.
func expect(t *testing.T, err error, path, text string) {
	t.Helper()
	all, ok := errors.AsType[Problems](err)
	if !ok {
		t.Errorf("%s: %v is no list of problems", path, err)
		return
	}
	if !slices.ContainsFunc(all, func(p Problem) bool { return p.Path == path && strings.Contains(p.Text, text) }) {
		t.Errorf("nothing at %q with %q in\n%v", path, text, all)
	}
}

func TestProjectSchema(t *testing.T) {
	b, err := ProjectSchema()
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Ref  string                     `json:"$ref"`
		Defs map[string]json.RawMessage `json:"$defs"`
	}
	if err := json.Unmarshal(b, &s); err != nil || s.Ref != "#/$defs/Project" || s.Defs["StudyValue"] == nil {
		t.Errorf("%v in %s", err, b)
	}
}

func FuzzReadProject(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ReadProject(bytes.NewReader(b))
		if err != nil {
			return
		}
		once, _ := p.Marshal()
		q, err := ReadProject(bytes.NewReader(once))
		if err != nil {
			t.Fatalf("%v: %s", err, once)
		}
		if twice, _ := q.Marshal(); !bytes.Equal(once, twice) {
			t.Errorf("%s\n%s", once, twice)
		}
	})
}

func TestSnapshotRecords(t *testing.T) {
	s := &Snapshot{Breaker: "Q1", By: "ada", Name: "Ada Lock", Address: "modbus://127.0.1.1/255",
		Identity: map[string]string{"device.serial": "MTZ-77", "device.model": "6.0 X"},
		Rows:     []Row{{Point: "interface.name", Value: "LV1-Q1", Certainty: points.Confirmed}, {Point: "protection.long_time.ir", Value: "800", Unit: "A", Certainty: points.Confirmed}}}
	b, _ := s.Canonical()
	again, err := ReadSnapshot(b)
	if err != nil || again.Digest() != s.Digest() {
		t.Fatalf("%v: %v became %v", err, s, again)
	}
	red, _ := s.Redacted().Canonical()
	for _, canary := range []string{"MTZ-77", "LV1-Q1", "127.0.1.1", "ada", "Ada Lock"} {
		if strings.Contains(string(red), canary) {
			t.Errorf("%s is in %s", canary, red)
		}
	}
	if !strings.Contains(string(red), "800") || s.Identity["device.serial"] != "MTZ-77" {
		t.Error("redacting took too much, or changed what it was of")
	}
	if got := Compare(s, &Snapshot{Rows: []Row{{Point: "protection.long_time.ir", Value: "800.0000001"}}}); got != nil {
		t.Error(got)
	}
	if got := Compare(s, &Snapshot{Rows: []Row{{Point: "protection.long_time.ir", Value: "810"}}}); len(got) != 1 || got[0].Is != "810" {
		t.Error(got)
	}
}

func FuzzReadBreakers(f *testing.F) {
	f.Add("id,board,name\nQ1,Main,\"Pump, large\"\n")
	f.Add("id,board,in,variant,poles\nQ1,Main,1000,6.0,3\n")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := ReadBreakers(strings.NewReader(text))
		if err != nil {
			if _, ok := errors.AsType[Problems](err); !ok {
				t.Errorf("%v is no list of problems", err)
			}
			return
		}
		p := Project{Format: 1, Number: "1", Name: "x", Boards: []Board{{Name: "Main"}}}
		before, _ := p.Marshal()
		if err := p.Add(all); err != nil {
			if after, _ := p.Marshal(); !bytes.Equal(before, after) {
				t.Errorf("half of it was added: %s", after)
			}
		} else if len(p.Breakers) != len(all) {
			t.Errorf("%d of %d were added", len(p.Breakers), len(all))
		}
	})
}

func FuzzReadSnapshot(f *testing.F) {
	f.Add([]byte(`{"breaker":"Q1","at":"2026-11-28T12:00:00Z","by":"1","address":"a","virtual":true,"identity":{},"rows":[{"point":"p","value":"1","certainty":"ours"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ReadSnapshot(b)
		if err != nil {
			return
		}
		once, err := s.Canonical()
		if err != nil {
			return // a time beyond what JSON has
		}
		again, err := ReadSnapshot(once)
		if err != nil || again.Digest() != s.Digest() {
			t.Errorf("%v: %s", err, once)
		}
	})
}
