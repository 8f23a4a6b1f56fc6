package schedule

import (
	"slices"
	"strings"
	"unicode"
)

// column is one thing that a list may say of a breaker.
type column struct {
	name  string
	words string // what headers call it, folded: small, no accents, letters and digits only
}

// columns are all of them, by name.
var columns = []column{
	{"address", "address ip ipaddress ipaddr ipv4 ipv4address adresse ipadresse adresseip direccion direccionip"},
	{"closed", "closed state position schaltstellung stellung zustand ferme etat cerrado estado"},
	{"ground_return", "groundreturn sgr mdgf"},
	{"interface", "interface comm comms communication com commmodule communicationmodule communicationinterface schnittstelle kommunikation kommunikationsmodul interfacedecommunication interfaz comunicacion"},
	{"modules", "modules digitalmodules digitalemodule modulesnumeriques modulos modulosdigitales"},
	{"name", "name breaker breakername breakerid tag cb cbname acb device devicename bezeichnung kennzeichen kennzeichnung bmk betriebsmittel schalter leistungsschalter nom repere disjoncteur nombre interruptor etiqueta"},
	{"parent", "parent fedfrom fedby upstream upstreambreaker supply suppliedby suppliedfrom source incomer from einspeisung ubergeordnet uebergeordnet versorgtvon gespeistvon vorgelagert speisung amont alimentepar alimentation aguasarriba alimentadopor padre origen"},
	{"poles", "poles pole numberofpoles noofpoles polzahl polezahl anzahlpole nombredepoles polos numerodepolos"},
	{"port", "port tcpport modbusport modbustcpport puerto"},
	{"rating", "rating in calibre ratedcurrent ratedcurrentin ratingin ratinga amps amperes ampere current nominalcurrent nennstrom bemessungsstrom strom courant courantassigne courantnominal intensite corriente corrientenominal intensidad intensidadnominal"},
	{"standard", "standard norm norme norma"},
	{"system_type", "systemtype systype systemtyp wiring typedesysteme tipodesistema"},
	{"title", "title description service feeder circuit label load consumer designation beschreibung benennung abgang verbraucher libelle descripcion servicio circuito carga"},
	{"type", "type frame model breakertype cbtype typ baugrosse baugroesse modele modelo tipo bastidor"},
	{"unit", "unit unitid unitidentifier uid slave slaveid slaveaddress modbusid modbusaddress modbusaddr modbusunit modbusunitid modbusslave deviceid slaveadresse modbusadresse gerateadresse geraeteadresse stationsadresse esclave idesclave adressemodbus adresseesclave esclavo idesclavo idunidad unidad direccionmodbus"},
	{"variant", "variant micrologic micrologicx controlunit tripunit release releasetype ausloser ausloeser steuereinheit variante declencheur unitedecontrole rele unidaddecontrol unidaddedisparo"},
	{"via", "via gateway server ifeserver panelserver master passerelle serveur pasarela servidor"},
}

// meanings finds a column by a folded word.
var meanings = func() map[string]string {
	m := map[string]string{}
	for _, c := range columns {
		for _, w := range append(strings.Fields(c.words), fold(c.name)) {
			m[w] = c.name
		}
	}
	return m
}()

var accents = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "ß", "ss", "é", "e", "è", "e", "ê", "e", "ë", "e", "á", "a", "à", "a", "â", "a", "í", "i", "î", "i", "ï", "i", "ó", "o", "ô", "o", "ú", "u", "ù", "u", "û", "u", "ñ", "n", "ç", "c")

// fold makes headers comparable: "Unit-ID", "unit id [1-99]" and "unit_id" are one.
func fold(s string) string {
	if i := strings.IndexAny(s, "([{"); i > 0 {
		s = s[:i]
	}
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return -1
	}, accents.Replace(strings.ToLower(s)))
}

// words counts the columns that a row names.
func words(w row) int {
	seen := map[string]bool{}
	for _, c := range w.cells {
		if m := meanings[fold(c)]; m != "" {
			seen[m] = true
		}
	}
	return len(seen)
}

// heads finds the header among the first rows, and where each column is. The rows
// below it are left.
func (r *reader) heads(rows []row) (place map[string]int, rest []row, ok bool) {
	best, most := 0, 0
	for i, w := range rows[:min(len(rows), headerWithin)] {
		if n := words(w); n > most {
			best, most = i, n
		}
	}
	if most < 2 {
		r.problem(0, "", "no header: the first row names the columns, such as name,rating,variant,poles,interface,address,unit id,parent")
		return nil, nil, false
	}
	if best > 0 {
		r.note("rows above the header, row %d, passed over", rows[best].number)
	}
	place = r.place(rows[best])
	return place, r.below(rows[best], rows[best+1:], place), r.complete(rows[best].number, place)
}

// place says where each column is.
func (r *reader) place(head row) map[string]int {
	place := map[string]int{}
	r.header = map[string]string{}
	for i, c := range head.cells {
		m := r.meaning(c, head)
		at, twice := place[m]
		switch {
		case c == "":
		case m == "":
			r.note("column %q passed over: nothing is known by that name", clip(c))
		case twice && m == "name" && r.header["title"] == "":
			place["title"], r.header["title"] = i, clip(c)
			r.note("column %q read as the title, since %q has the name", clip(c), clip(head.cells[at]))
		case twice:
			r.problem(head.number, "", "columns %q and %q both mean %s; remove or rename one", clip(head.cells[at]), clip(c), m)
		default:
			place[m], r.header[m] = i, clip(c)
		}
	}
	return place
}

// meaning is the column that a header cell names. Beside a column for the IP
// address, and without one for the unit id, "address" is that of Modbus.
func (r *reader) meaning(c string, head row) string {
	m := meanings[fold(c)]
	if m != "address" || strings.Contains(fold(c), "ip") {
		return m
	}
	ip, unit := false, false
	for _, h := range head.cells {
		f := fold(h)
		ip = ip || meanings[f] == "address" && strings.Contains(f, "ip")
		unit = unit || meanings[f] == "unit"
	}
	if ip && !unit {
		r.note("column %q read as the unit id, since another one has the IP address", clip(c))
		return "unit"
	}
	return m
}

// complete reports whether the header has what every breaker needs.
func (r *reader) complete(number int, place map[string]int) bool {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { _, ok := place[n]; return ok })
	}
	if !has("name") {
		r.problem(number, "", "no column for the name of the breakers; call it name")
	}
	if !has("rating", "type") {
		r.problem(number, "", "no column for the rated current; call it rating")
	}
	if !has("variant") {
		r.problem(number, "", "no column for the control unit (2.0, 3.0, 5.0, 6.0, 7.0); call it variant")
	}
	return len(r.problems) == 0
}

// below leaves out a second header, a row of units, the header where it is
// repeated, and headings within the list.
func (r *reader) below(head row, rows []row, place map[string]int) (kept []row) {
	for i, w := range rows {
		switch {
		case i == 0 && units(w), words(w) >= 2 && again(w, place):
			r.note("row %d passed over: a header once more", w.number)
		case w.filled() == 1 && len(place) > 2:
			r.note("row %d passed over: it has one cell only, %q", w.number, clip(strings.Join(w.cells, "")))
		default:
			kept = append(kept, w)
		}
	}
	return kept
}

// again reports whether a row is a header too: it has no digit where a rating or a
// control unit would be.
func again(w row, place map[string]int) bool {
	for _, name := range []string{"rating", "type", "variant"} {
		if i, ok := place[name]; ok && strings.ContainsAny(w.cell(i), "0123456789") {
			return false
		}
	}
	return true
}

// units reports whether a row has nothing but units.
func units(w row) bool {
	for _, c := range w.cells {
		switch strings.Trim(strings.ToLower(c), "[]() ") {
		case "", "-", "–", "a", "ka", "v", "kv", "hz", "#", "text", "n/a":
		default:
			return false
		}
	}
	return true
}

// clip shortens what is told of a file.
func clip(s string) string {
	if c := []rune(s); len(c) > 40 {
		return string(c[:40]) + "…"
	}
	return s
}
