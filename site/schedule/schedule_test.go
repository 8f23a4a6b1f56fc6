package schedule_test

import (
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/site"
	"switchroom/site/schedule"
)

// made imports a list and reads the site file that came of it.
func made(t *testing.T, data string, o schedule.Options) (*site.Site, *schedule.Plan) {
	t.Helper()
	p, err := schedule.Import("list.csv", []byte(data), o)
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Parse("site.yaml", p.YAML)
	if err != nil {
		t.Fatalf("%v\n%s", err, p.YAML)
	}
	return s, p
}

func example(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../../examples/breakers.csv")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestExample: forty breakers, and currents that move and trip nobody.
func TestExample(t *testing.T) {
	s, _ := made(t, example(t), schedule.Options{})
	variants, faces, vias := map[points.Variant]int{}, map[imu.Interface]int{}, map[string]int{}
	for i := range s.Breakers {
		b := &s.Breakers[i]
		variants[b.Unit.Rating.Variant]++
		faces[b.Unit.Interface]++
		vias[b.Via]++
	}
	if len(s.Breakers) != 40 || len(variants) != 5 || len(faces) != 4 || vias["Q20"] != 8 || vias["PS1"] != 8 || vias["GW1"] != 6 {
		t.Errorf("%d breakers, %v, %v, %v", len(s.Breakers), variants, faces, vias)
	}
	l, err := s.Build(imu.NewSteppedWorld(time.Date(2026, 11, 23, 10, 30, 0, 0, time.UTC)), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.Start()
	l.World.Step(20 * time.Minute)
	for i, u := range l.Units {
		var snap imu.Snapshot
		u.Read(l.World.Now(), access.Actor{Path: access.Modbus}, &snap)
		share := snap.Values[points.CurrentL1] / s.Breakers[i].Unit.Rating.In
		closed := s.Breakers[i].Unit.Closed
		if u.Closed() != closed || closed && (share < 0.05 || share > 0.65) {
			t.Errorf("%s: closed %v, began %v, carries %.2f of In", u.Name(), u.Closed(), closed, share)
		}
	}
}

const head = "name,rating,variant,poles,interface,address,unit id,parent\n"

// TestSpelled reads one and the same list however it is written.
func TestSpelled(t *testing.T) {
	const want = "Q1,1600,6.0,4,ife,10.0.0.1,,\nQ2,630,5.0,3,ife,10.0.0.2,,Q1\n"
	_, plan := made(t, head+want, schedule.Options{})
	if len(plan.Notes) != 0 {
		t.Errorf("a plain list has notes: %q", plan.Notes)
	}
	wide := func(s string, order func(uint16) []byte) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, order(u)...)
		}
		return string(b)
	}
	little := func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} }
	big := func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} }
	for _, c := range []struct{ why, list, note string }{
		{"UTF-8 with BOM", "\uFEFF" + head + want, "byte order mark"},
		{"UTF-16 little", wide("\uFEFF"+head+want, little), "UTF-16"},
		{"UTF-16 big", wide("\uFEFF"+head+want, big), "UTF-16"},
		{"UTF-16 without BOM", wide(head+want, little), "UTF-16"},
		{"semicolons", strings.ReplaceAll(head+want, ",", ";"), "semicolons"},
		{"tabs", strings.ReplaceAll(head+want, ",", "\t"), "tabs"},
		{"bars", strings.ReplaceAll(head+want, ",", "|"), "bars"},
		{"sep=", "sep=;\r\n" + strings.ReplaceAll(head+want, ",", ";"), "semicolons"},
		{"CRLF", strings.ReplaceAll(head+want, "\n", "\r\n"), ""},
		{"CR", strings.ReplaceAll(head+want, "\n", "\r"), ""},
		{"unit in the cell", head + "Q1,1600A,6.0,4,ife,10.0.0.1,,\nQ2,630 A,5.0,3,ife,10.0.0.2,,Q1\n", "units and separators"},
		{"thousands by a space", head + "Q1,1 600 A,6.0,4,ife,10.0.0.1,,\nQ2,630,5.0,3,ife,10.0.0.2,,Q1\n", "units and separators"},
		{"by a narrow no-break space", head + "Q1,1\u202F600\u00A0A,6.0,4,ife,10.0.0.1,,\nQ2,630,5.0,3,ife,10.0.0.2,,Q1\n", "units and separators"},
		{"by a point, with decimals", strings.ReplaceAll(head, ",", ";") + "Q1;1.600,00;6,0;4;ife;10.0.0.1;;\nQ2;630,0;5,0 X;3;ife;10.0.0.2;;Q1\n", "units and separators"},
		{"by a point", head + "Q1,1.600,6.0,4,ife,10.0.0.1,,\nQ2,630.000,5.0,3,ife,10.0.0.2,,Q1\n", "units and separators"},
		{"by an apostrophe", head + "Q1,1'600,6.0,4,ife,10.0.0.1,,\nQ2,630,5.0,3,ife,10.0.0.2,,Q1\n", "units and separators"},
		{"kA and words", head + "Q1,In = 1.6 kA,MicroLogic 6.0 X,4P,IFE,10.0.0.1,,\nQ2,630 amps,5,3 poles,Ethernet,10.0.0.2,255,Q1\n", "units and separators"},
		{"a float of a spreadsheet", head + "Q1,1.6E+03,6,4.0,ife,10.0.0.1,255.0,\nQ2,630,5,3,ife,10.0.0.2,0,Q1\n", "units and separators"},
		{"addresses", head + "Q1,1600,6.0,4,ife,010.000.000.001/24,,\nQ2,630,5.0,3,ife,http://10.0.0.2/,,Q1\n", ""},
		{"small letters", head + "Q1,1600,6.0,4,ife,10.0.0.1,,\nQ2,630,5.0,3,ife,10.0.0.2,,q1\n", ""},
		{"empty rows and columns", head + want + ",,,,,,,,,\n\n;\n,,,\n", "one cell only"},
		{"title rows", "Plant 7,,,,\nList of breakers,rev. B\n\n" + head + want, "above the header"},
		{"units below the header", head + ",[A],,-,,,,\n" + want, "a header once more"},
		{"two languages", head + "Name,Bemessungsstrom,Auslöser,Polzahl,Schnittstelle,IP-Adresse,Slave,Einspeisung\n" + want, "a header once more"},
		{"other order, other words", "IP-Adresse;Nennstrom [A];Auslöser;Polzahl;Schnittstelle;Bezeichnung;gespeist von;Farbe\n10.0.0.1;1600;6.0;4;IFE;Q1;;rot\n10.0.0.2;630;5.0;3;IFE;Q2;Q1;\n", `column "Farbe" passed over`},
		{"French", "Repère;Calibre (A);Déclencheur;Pôles;Communication;Adresse IP;Amont\nQ1;1600;6.0;4;IFE;10.0.0.1;\nQ2;630;5.0;3;IFE;10.0.0.2;Q1\n", "semicolons"},
		{"Spanish", "Interruptor;Intensidad nominal;Relé;Polos;Interfaz;Dirección IP;Alimentado por\nQ1;1600;6.0;4;IFE;10.0.0.1;\nQ2;630;5.0;3;IFE;10.0.0.2;Q1\n", "semicolons"},
		{"Windows-1252", "Bezeichnung;Nennstrom;Ausl\xF6ser;Polzahl;Schnittstelle;IP-Adresse;\xDCbergeordnet\nQ1;1600;6.0;4;IFE;10.0.0.1;\nQ2;630;5.0;3;IFE;10.0.0.2;Q1\n", "Windows-1252"},
		{"nothing, said by a dash", head + "Q1,1600,6.0,4,ife,10.0.0.1,-,n/a\nQ2,630,5.0,3,ife,10.0.0.2,–,Q1\n", ""},
	} {
		_, got := made(t, c.list, schedule.Options{})
		if string(got.YAML) != string(plan.YAML) {
			t.Errorf("%s:\n%s\nwant\n%s", c.why, got.YAML, plan.YAML)
		}
		if notes := strings.Join(got.Notes, "\n"); !strings.Contains(notes, c.note) {
			t.Errorf("%s: notes %q, want %q", c.why, notes, c.note)
		}
	}
}

// TestMistakes: each is told by row and column, with what to write instead.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ why, list, want string }{
		{"nothing", "", "list.csv: is empty"},
		{"a workbook", "PK\x03\x04rest", "save it in the spreadsheet program as CSV"},
		{"no text", "\x00\x01\x02,\x00\n", "save the list as CSV"},
		{"no header", "Q1,1600,6.0\nQ2,630,5.0\n", "no header: the first row names the columns"},
		{"no breaker", head, "no breaker: below the header"},
		{"no column", "name,address\nQ1,10.0.0.1\n", "no column for the rated current; call it rating"},
		{"two columns", "name,rating,variant,ip,ip address\nQ1,1600,6.0,10.0.0.1,10.0.0.1\n", `"ip" and "ip address" both mean address`},
		{"an open quote", head + "\"Q1,1600,6.0,4,ife,10.0.0.1,,\nQ2,630,5.0,3,ife,10.0.0.2,,Q1\n", "row 2: a quote is opened and not closed"},
		{"no name", head + ",1600,6.0,4,ife,10.0.0.1,,\n", "row 2, name: is empty"},
		{"no rating", head + "Q1,,6.0,4,ife,10.0.0.1,,\n", "row 2, rating: is empty: write the rated current in A"},
		{"no variant", head + "Q1,1600,,4,ife,10.0.0.1,,\n", "row 2, variant: is empty: write 2.0"},
		{"rating too small", head + "Q1,63,6.0,4,ife,10.0.0.1,,\n", "row 2, rating: 63 is outside 100 to 8000; In is 100 to 8000 A"},
		{"rating of what", head + "Q1,1600 x,6.0,4,ife,10.0.0.1,,\n", `"1600 x" is no rated current`},
		{"rating in pieces", head + "Q1,16 00,6.0,4,ife,10.0.0.1,,\n", `"16 00" is no number`},
		{"an unknown type", head + "Q1,MTZ2 17 H1,6.0,4,ife,10.0.0.1,,\n", "is no rated current"},
		{"two types", head + "Q1,MTZ2 16 or MTZ2 20,6.0,4,ife,10.0.0.1,,\n", "is no rated current"},
		{"another control unit", head + "Q1,1600,6.0 P,4,ife,10.0.0.1,,\n", `row 2, variant: "6.0 P" is none of 2.0, 3.0, 5.0, 6.0, 7.0`},
		{"variant and standard", head + "Q1,1600,3.0,4,ife,10.0.0.1,,\n", ""},
		{"poles", head + "Q1,1600,6.0,3P+N,ife,10.0.0.1,,\n", `row 2, poles: "3P+N": write 3 or 4`},
		{"interface", head + "Q1,1600,6.0,4,profibus,10.0.0.1,,\n", "row 2, interface: \"profibus\" is none of ife, eife, ifm, none"},
		{"a host name", head + "Q1,1600,6.0,4,ife,q1.plant,,\n", `row 2, address: "q1.plant" is no IP address`},
		{"half an address", head + "Q1,1600,6.0,4,ife,10.0.0,,\n", "is no IP address"},
		{"unit id", head + "Q1,1600,6.0,4,ife,10.0.0.1,300,\n", "row 2, unit id: 300 is outside 0 to 255"},
		{"an error of the spreadsheet", head + "Q1,#REF!,6.0,4,ife,10.0.0.1,,\n", "row 2, rating: the spreadsheet shows the error #REF!"},
		{"two of a name", head + "Q1,1600,6.0,4,ife,10.0.0.1,,\nq1,630,5.0,3,ife,10.0.0.2,,\n", `row 3, name: "q1" is the name in row 2 too`},
		{"two at an address", head + "Q1,1600,6.0,4,ife,10.0.0.1,,\nQ2,630,5.0,3,ife,10.0.0.1,,\n", "row 3, address: 10.0.0.1 is the address in row 2 too"},
		{"two of a unit id", head + "Q1,1600,6.0,4,ifm,10.0.0.1,3,\nQ2,630,5.0,3,ifm,10.0.0.1,3,\n", `row 3, unit id: 3 behind "GW1" is the unit id in row 2 too`},
		{"no unit id", head + "Q1,1600,6.0,4,ifm,10.0.0.1,3,\nQ2,630,5.0,3,ifm,10.0.0.1,,\n", `row 3, unit id: behind "GW1" the unit id says which breaker`},
		{"an IFM's unit id", head + "Q1,1600,6.0,4,ife,10.0.0.1,,\nQ2,630,5.0,3,ifm,10.0.0.1,120,\n", "row 3, unit id: 120: an ifm behind \"Q1\" has a unit id from 1 to 99"},
		{"behind an EIFE", head + "Q1,1600,6.0,4,eife,10.0.0.1,255,\nQ2,630,5.0,3,ifm,10.0.0.1,2,\n", "row 3, address: it is that of the eife in row 2"},
		{"an IFM alone", head + "Q1,1600,6.0,4,ifm,,3,\n", "row 2, interface: nothing reaches this IFM"},
		{"an unknown parent", head + "Q11,1600,6.0,4,ife,10.0.0.1,,\nQ2,630,5.0,3,ife,10.0.0.2,,Q1l\n", `row 3, parent: there is no breaker "Q1l" (is Q11 meant?)`},
		{"its own parent", head + "Q1,1600,6.0,4,ife,10.0.0.1,,Q1\n", `row 2, parent: "Q1" feeds itself`},
		{"a loop", head + "Q1,1600,6.0,4,ife,10.0.0.1,,Q3\nQ2,630,5.0,3,ife,10.0.0.2,,Q1\nQ3,630,5.0,3,ife,10.0.0.3,,Q2\n", "a loop: Q1, fed by Q3, fed by Q2, fed by Q1"},
		{"fed by a coupler", head + "Q1,1600,6.0,4,ife,10.0.0.1,,\nQ2,1600,6.0,4,ife,10.0.0.2,,\nQ3,1600,6.0,4,ife,10.0.0.3,,Q1/Q2\nQ4,630,6.0,4,ife,10.0.0.4,,Q3\n", `row 5, parent: "Q3" is a coupler`},
		{"a long cell", head + strings.Repeat("Q", 500) + ",1600,6.0,4,ife,10.0.0.1,,\n", "row 2, name: 500 characters"},
	} {
		_, err := schedule.Import("list.csv", []byte(c.list), schedule.Options{})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.why, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s:\n  %v\n  want %s", c.why, err, c.want)
		}
	}
}

// TestAllAtOnce: rows are counted as a spreadsheet does, also below a cell with line
// breaks, and everything that is wrong comes in one round.
func TestAllAtOnce(t *testing.T) {
	list := head + "\"Q\n1\",50,6.0,4,ife,10.0.0.1,,\n\nQ2,630,9.0,5,ife,nowhere,999,Q9\n"
	_, err := schedule.Import("list.csv", []byte(list), schedule.Options{})
	p, ok := err.(schedule.Problems)
	if !ok {
		t.Fatal(err)
	}
	var got []string
	for _, x := range p {
		got = append(got, strings.Join([]string{string(rune('0' + x.Row)), x.Column}, " "))
	}
	if s := strings.Join(got, ", "); s != "2 rating, 4 address, 4 unit id, 4 variant, 4 poles, 4 parent" {
		t.Errorf("%s:\n%v", s, err)
	}
}

func TestBounds(t *testing.T) {
	for _, c := range []struct{ list, want string }{
		{strings.Repeat("x", 9<<20), "bytes; a list has up to"},
		{head + strings.Repeat("Q,1,\n", 20_101), "more than 20100 rows"},
		{head + "Q1" + strings.Repeat(",", 300) + "x\n", "columns; a list has up to 200"},
	} {
		_, err := schedule.Import("list.csv", []byte(c.list), schedule.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.200v, want %s", err, c.want)
		}
	}
	_, err := schedule.Import("list.csv", []byte(head+strings.Repeat("Q,1,\n", 5000)), schedule.Options{})
	if p, ok := err.(schedule.Problems); !ok || len(p) != 100 {
		t.Errorf("%d problems told", len(p))
	}
}

// What two checks find alike is told once.
func TestToldOnce(t *testing.T) {
	_, err := schedule.Import("list.csv", []byte(head+"Q1,1600,6.0,4,ife,10.0.0.1,,\nQ2,1600,6.0,4,ife,10.0.0.1,,\n"), schedule.Options{})
	if p, ok := err.(schedule.Problems); !ok || len(p) != 1 {
		t.Errorf("%v", err)
	}
}
