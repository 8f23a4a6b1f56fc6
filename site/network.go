package site

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"switchroom/plant"
)

// networkFields is the schema of the network. A default that no document gives
// is ours; package plant says where each comes from.
var networkFields = []Field{
	{Name: "grids", Kind: List, Help: "networks above several transformers", Fields: []Field{
		{Name: "name", Kind: Text, Required: true, Help: "Q"},
		{Name: "mva", Kind: Number, Required: true, Help: "MVA, short-circuit power", Min: 1, Max: 1e6},
		{Name: "rx", Kind: Number, Help: "R/X; 0.1", Min: 1e-3, Max: 10},
	}},
	{Name: "sources", Kind: List, Help: "utilities behind their transformers", Fields: []Field{
		{Name: "name", Kind: Text, Required: true, Help: "T1"},
		{Name: "node", Kind: Text, Required: true, Help: "node it feeds"},
		{Name: "kva", Kind: Number, Help: "kVA, rated power; 1000", Min: 1, Max: 1e6},
		{Name: "uk_percent", Kind: Number, Help: "%, short-circuit voltage; 6", Min: 0.1, Max: 50},
		{Name: "load_loss_kw", Kind: Number, Help: "kW, load losses at rated current; by R = X/10", Min: 1e-3, Max: 1e4},
		{Name: "volts", Kind: Number, Help: "V, phase to phase without load; the site's voltage", Min: 100, Max: 1200},
		{Name: "vector_group", Kind: Text, Help: "its zero sequence; Dyn", Enum: []string{"Dyn", "Yzn", "Yyn"}},
		{Name: "r0_ratio", Kind: Number, Help: "R0/R, in place of the vector group's", Min: 0.01, Max: 1000},
		{Name: "x0_ratio", Kind: Number, Help: "X0/X, in place of the vector group's", Min: 0.01, Max: 1000},
		{Name: "grid", Kind: Text, Help: "the network above it, shared with others; or upstream_mva"},
		{Name: "upstream_mva", Kind: Number, Help: "MVA, short-circuit power above the transformer; none: without limit", Min: 1, Max: 1e6},
		{Name: "upstream_rx", Kind: Number, Help: "R/X above the transformer; 0.1", Min: 1e-3, Max: 10},
		{Name: "earthing", Kind: Text, Help: "of the star point; solid", Enum: []string{"solid", "impedance", "isolated"}},
		{Name: "earthing_ohm", Kind: Number, Help: "ohm, of earthing: impedance", Min: 1e-3, Max: 1e5},
	}},
	{Name: "generators", Kind: List, Help: "synchronous generators", Fields: []Field{
		{Name: "name", Kind: Text, Required: true, Help: "G1"},
		{Name: "node", Kind: Text, Required: true, Help: "node it feeds"},
		{Name: "kva", Kind: Number, Required: true, Help: "kVA, rated power", Min: 1, Max: 1e5},
		{Name: "xd2_percent", Kind: Number, Help: "%, subtransient reactance; 12", Min: 1, Max: 100},
		{Name: "xd1_percent", Kind: Number, Help: "%, transient reactance; 18", Min: 1, Max: 200},
		{Name: "td2_ms", Kind: Number, Help: "ms, subtransient short-circuit time constant; 12", Min: 1, Max: 1000},
		{Name: "td1_ms", Kind: Number, Help: "ms, transient short-circuit time constant; 100", Min: 1, Max: 10000},
		{Name: "sustained", Kind: Number, Help: "short-circuit current that is kept up, times rated; 3", Min: 0.1, Max: 10},
		{Name: "x0_ratio", Kind: Number, Help: "X0/Xd″; 0.5", Min: 0.01, Max: 10},
		{Name: "earthing", Kind: Text, Help: "of the star point; solid", Enum: []string{"solid", "impedance", "isolated"}},
		{Name: "earthing_ohm", Kind: Number, Help: "ohm, of earthing: impedance", Min: 1e-3, Max: 1e5},
		{Name: "starts_on", Kind: Text, Help: "source whose loss starts it"},
		{Name: "start_delay", Kind: Number, Help: "s from the loss to voltage; 10", Min: 0.1, Max: 3600},
		{Name: "running", Kind: Flag, Help: "begins running"},
	}},
	{Name: "cables", Kind: List, Help: "cables and busbar trunking, with neutral and protective conductor", Fields: []Field{
		{Name: "name", Kind: Text, Required: true, Help: "W1"},
		{Name: "from", Kind: Text, Required: true, Help: "node at its beginning"},
		{Name: "to", Kind: Text, Required: true, Help: "node at its end"},
		{Name: "length", Kind: Number, Required: true, Help: "m", Min: 0.1, Max: 1e5},
		{Name: "section", Kind: Number, Help: "mm² of a phase, IEC 60228; or give r_ohm_km", Min: 1.5, Max: 1000},
		{Name: "material", Kind: Text, Help: "copper", Enum: []string{"copper", "aluminium"}},
		{Name: "parallel", Kind: Whole, Help: "cables side by side; 1", Min: 1, Max: 20},
		{Name: "r_ohm_km", Kind: Number, Help: "ohm/km of a phase at 20 °C; by the section", Min: 1e-4, Max: 100},
		{Name: "x_ohm_km", Kind: Number, Help: "ohm/km of a phase; 0.08", Min: 1e-4, Max: 10},
		{Name: "r0_ratio", Kind: Number, Help: "R0/R with the return; 4, a return of the same section", Min: 1.01, Max: 1000},
		{Name: "x0_ratio", Kind: Number, Help: "X0/X with the return; 4", Min: 1.01, Max: 1000},
		{Name: "end_temperature", Kind: Number, Help: "°C, for the smallest currents; 160", Min: 20, Max: 400},
	}},
	{Name: "loads", Kind: List, Help: "ordinary loads", Fields: []Field{
		{Name: "name", Kind: Text, Required: true, Help: "workshop"},
		{Name: "node", Kind: Text, Required: true, Help: "node it hangs at"},
		{Name: "kw", Kind: Number, Required: true, Help: "kW at the top of its profile; below 0 it generates", Min: -1e4, Max: 1e4},
		{Name: "power_factor", Kind: Number, Help: "lagging; 1", Min: 0.05, Max: 1},
		{Name: "profile", Kind: Text, Help: "of the day", Enum: []string{"constant", "commercial"}},
		{Name: "flutter", Kind: Number, Help: "how far it strays from its profile, as a share", Max: 1},
		{Name: "split", Kind: List, Help: "share of each phase; a third each", Of: &Field{Kind: Number, Max: 1}},
		{Name: "ups", Kind: Flag, Help: "draws constant power, and nothing below 0.85 of the voltage"},
		{Name: "off", Kind: Flag, Help: "begins switched off"},
		{Name: "harmonics", Kind: Object, Help: "share of the fundamental by order, {5: 0.3, 7: 0.1}; none", Fields: orderFields()},
	}},
	{Name: "motors", Kind: List, Help: "cage motors started direct on line", Fields: []Field{
		{Name: "name", Kind: Text, Required: true, Help: "chiller"},
		{Name: "node", Kind: Text, Required: true, Help: "node it hangs at"},
		{Name: "kw", Kind: Number, Required: true, Help: "kW taken at rated load", Min: 0.1, Max: 1e4},
		{Name: "power_factor", Kind: Number, Help: "at rated load; 0.86", Min: 0.3, Max: 0.99},
		{Name: "locked_ratio", Kind: Number, Help: "locked-rotor current, times rated; 6", Min: 1.5, Max: 12},
		{Name: "start_power_factor", Kind: Number, Help: "with locked rotor; 0.3", Min: 0.05, Max: 0.9},
		{Name: "run_up", Kind: Number, Help: "s; 5", Min: 0.05, Max: 600},
		{Name: "running", Kind: Flag, Help: "begins running"},
	}},
	{Name: "capacitors", Kind: List, Help: "capacitor banks", Fields: []Field{
		{Name: "name", Kind: Text, Required: true, Help: "C1"},
		{Name: "node", Kind: Text, Required: true, Help: "node it hangs at"},
		{Name: "kvar", Kind: Number, Required: true, Help: "kvar at rated voltage", Min: 0.1, Max: 1e4},
		{Name: "off", Kind: Flag, Help: "begins switched off"},
	}},
}

// orderFields are the harmonics that a load may have.
func orderFields() (all []Field) {
	for h := 2; h <= plant.MaxOrder; h++ {
		all = append(all, Field{Name: strconv.Itoa(h), Kind: Number, Help: "share of the fundamental", Max: 1})
	}
	return all
}

type fileNetwork struct {
	Grids      []fileGrid      `yaml:"grids"`
	Sources    []fileSource    `yaml:"sources"`
	Generators []fileGenerator `yaml:"generators"`
	Cables     []fileCable     `yaml:"cables"`
	Loads      []fileLoad      `yaml:"loads"`
	Motors     []fileMotor     `yaml:"motors"`
	Capacitors []fileCapacitor `yaml:"capacitors"`
}

type fileGrid struct {
	Name string  `yaml:"name"`
	MVA  float64 `yaml:"mva"`
	RX   float64 `yaml:"rx"`
}

type fileEarthing struct {
	Earthing string  `yaml:"earthing"`
	Ohm      float64 `yaml:"earthing_ohm"`
}

type fileSource struct {
	Name     string       `yaml:"name"`
	Node     string       `yaml:"node"`
	KVA      float64      `yaml:"kva"`
	Percent  float64      `yaml:"uk_percent"`
	LossKW   float64      `yaml:"load_loss_kw"`
	Volts    float64      `yaml:"volts"`
	Group    string       `yaml:"vector_group"`
	R0       float64      `yaml:"r0_ratio"`
	X0       float64      `yaml:"x0_ratio"`
	Grid     string       `yaml:"grid"`
	UpMVA    float64      `yaml:"upstream_mva"`
	UpRX     float64      `yaml:"upstream_rx"`
	Earthing fileEarthing `yaml:",inline"`
}

type fileGenerator struct {
	Name      string       `yaml:"name"`
	Node      string       `yaml:"node"`
	KVA       float64      `yaml:"kva"`
	Xd2       float64      `yaml:"xd2_percent"`
	Xd1       float64      `yaml:"xd1_percent"`
	Td2       float64      `yaml:"td2_ms"`
	Td1       float64      `yaml:"td1_ms"`
	Sustained float64      `yaml:"sustained"`
	X0        float64      `yaml:"x0_ratio"`
	Earthing  fileEarthing `yaml:",inline"`
	StartsOn  string       `yaml:"starts_on"`
	Delay     float64      `yaml:"start_delay"`
	Running   bool         `yaml:"running"`
}

type fileCable struct {
	Name     string  `yaml:"name"`
	From     string  `yaml:"from"`
	To       string  `yaml:"to"`
	Length   float64 `yaml:"length"`
	Section  float64 `yaml:"section"`
	Material string  `yaml:"material"`
	Parallel int     `yaml:"parallel"`
	R        float64 `yaml:"r_ohm_km"`
	X        float64 `yaml:"x_ohm_km"`
	R0       float64 `yaml:"r0_ratio"`
	X0       float64 `yaml:"x0_ratio"`
	Hot      float64 `yaml:"end_temperature"`
}

type fileLoad struct {
	Name    string    `yaml:"name"`
	Node    string    `yaml:"node"`
	KW      float64   `yaml:"kw"`
	Factor  float64   `yaml:"power_factor"`
	Profile string    `yaml:"profile"`
	Flutter float64   `yaml:"flutter"`
	Split   []float64 `yaml:"split"`
	UPS     bool      `yaml:"ups"`
	Off     bool      `yaml:"off"`

	Harmonics map[int]float64 `yaml:"harmonics"`
}

type fileMotor struct {
	Name    string  `yaml:"name"`
	Node    string  `yaml:"node"`
	KW      float64 `yaml:"kw"`
	Factor  float64 `yaml:"power_factor"`
	Locked  float64 `yaml:"locked_ratio"`
	Start   float64 `yaml:"start_power_factor"`
	RunUp   float64 `yaml:"run_up"`
	Running bool    `yaml:"running"`
}

type fileCapacitor struct {
	Name string  `yaml:"name"`
	Node string  `yaml:"node"`
	KVAR float64 `yaml:"kvar"`
	Off  bool    `yaml:"off"`
}

// groups are R0/R and X0/X of transformers by vector group: typical values of
// the textbooks, recalled (ours). Yyn is the least of 7 to 100.
var groups = map[string][2]float64{"Dyn": {1, 0.95}, "Yzn": {0.4, 0.1}, "Yyn": {1, 7}}

// network checks the network and makes the elements of it. Every node is one
// that a breaker or a cable reaches.
func (c *checker) network(s *Site, f *file) {
	w := wiring{checker: c, site: s, nodes: map[string]bool{}, names: map[string]bool{}}
	for _, b := range s.Breakers {
		w.nodes[b.From], w.nodes[b.To] = true, true
	}
	for i := range f.Network.Cables {
		w.nodes[f.Network.Cables[i].From], w.nodes[f.Network.Cables[i].To] = true, true
	}
	each(c, "network.grids", f.Network.Grids, w.grid)
	each(c, "network.sources", f.Network.Sources, w.source)
	each(c, "network.generators", f.Network.Generators, w.generator)
	each(c, "network.cables", f.Network.Cables, w.cable)
	each(c, "network.loads", f.Network.Loads, w.load)
	each(c, "network.motors", f.Network.Motors, w.motor)
	each(c, "network.capacitors", f.Network.Capacitors, w.capacitor)
}

// wiring is a checker that knows what there is to wire to.
type wiring struct {
	*checker
	site         *Site
	nodes, names map[string]bool
}

// at checks the name and the node of an element.
func (w *wiring) at(path, name, node string) {
	w.once(path, name)
	if !w.nodes[node] && w.doubtful == nil {
		w.problem(path+".node", fmt.Sprintf("no breaker and no cable reaches node %q", node))
	}
}

func (w *wiring) once(path, name string) {
	if w.names[name] {
		w.problem(path+".name", fmt.Sprintf("%q is the name of another source or load", name))
	}
	w.names[name] = true
}

func (w *wiring) earthing(path string, e fileEarthing) plant.Earthing {
	switch {
	case e.Earthing == "impedance" && e.Ohm == 0:
		w.problem(path+".earthing", "earthing: impedance needs earthing_ohm")
	case e.Earthing != "impedance" && e.Ohm != 0:
		w.problem(path+".earthing_ohm", "only with earthing: impedance")
	}
	return map[string]plant.Earthing{"impedance": plant.EarthedByImpedance, "isolated": plant.Isolated}[e.Earthing]
}

func (w *wiring) source(path string, f *fileSource) {
	w.at(path, f.Name, f.Node)
	volts, va := or(f.Volts, w.site.Voltage), or(f.KVA, 1000)*1000
	z := plant.TransformerOhm(va, or(f.Percent, 6), f.LossKW*1000, volts)
	if f.LossKW*1000/va*100 >= or(f.Percent, 6) {
		w.problem(path+".load_loss_kw", fmt.Sprintf("%g kW are more than uk_percent of kva: a transformer loses a few percent", f.LossKW))
	}
	g := groups[or(f.Group, "Dyn")]
	if f.Grid != "" {
		w.transformer(path, f, z, va, volts)
		return
	}
	src := plant.Source{
		Name: f.Name, Node: f.Node, Ohm: z, Zero: complex(real(z)*or(f.R0, g[0]), imag(z)*or(f.X0, g[1])),
		Volts: volts, Rated: va, Earthing: w.earthing(path, f.Earthing), EarthOhm: complex(f.Earthing.Ohm, 0),
	}
	if f.UpMVA > 0 {
		src.Upstream = plant.UtilityOhm(f.UpMVA*1e6, or(f.UpRX, 0.1), volts)
	} else if f.UpRX != 0 {
		w.problem(path+".upstream_rx", "needs upstream_mva")
	}
	w.site.Network.Sources = append(w.site.Network.Sources, src)
}

// gridNode is the node above the transformers of a grid. It is no node of the
// site file's.
func gridNode(name string) string { return "grid " + name }

// grid is a source without earth: deltas separate it from what is below.
func (w *wiring) grid(path string, f *fileGrid) {
	w.once(path, f.Name)
	if w.nodes[gridNode(f.Name)] {
		w.problem(path+".name", fmt.Sprintf("node %q is this grid's; name the other node otherwise", gridNode(f.Name)))
	}
	w.site.Network.Sources = append(w.site.Network.Sources, plant.Source{
		Name: f.Name, Node: gridNode(f.Name), Ohm: plant.UtilityOhm(f.MVA*1e6, or(f.RX, 0.1), w.site.Voltage), Earthing: plant.Isolated,
	})
}

// transformer is a source below a grid.
func (w *wiring) transformer(path string, f *fileSource, z complex128, va, volts float64) {
	known := func(s plant.Source) bool { return s.Node == gridNode(f.Grid) }
	k := slices.IndexFunc(w.site.Network.Sources, known)
	switch {
	case k < 0:
		if w.doubtful == nil {
			w.problem(path+".grid", fmt.Sprintf("there is no grid %q", f.Grid))
		}
		return
	case f.UpMVA != 0:
		w.problem(path+".upstream_mva", "the grid has it; leave it out")
	}
	// The grid is seen at the voltage of its transformers; where they differ, at
	// that of the last, which is within a few percent.
	g := &w.site.Network.Sources[k]
	if was := or(g.Volts, w.site.Voltage); was != volts {
		g.Ohm *= complex(volts*volts/(was*was), 0)
		g.Volts = volts
	}
	ratio := groups[or(f.Group, "Dyn")]
	w.site.Network.Transformers = append(w.site.Network.Transformers, plant.Transformer{
		Name: f.Name, From: g.Node, To: f.Node, Ohm: z, Zero: complex(real(z)*or(f.R0, ratio[0]), imag(z)*or(f.X0, ratio[1])),
		Volts: volts, Rated: va, Earthing: w.earthing(path, f.Earthing), EarthOhm: complex(f.Earthing.Ohm, 0),
	})
}

func (w *wiring) generator(path string, f *fileGenerator) {
	w.at(path, f.Name, f.Node)
	m := &plant.Machine{
		VA: f.KVA * 1000, Xd2: f.Xd2 / 100, Xd1: f.Xd1 / 100, Td2: secs(f.Td2 / 1000), Td1: secs(f.Td1 / 1000),
		Sustained: f.Sustained, StartsOn: f.StartsOn, Delay: secs(f.Delay),
	}
	if or(m.Xd1, 0.18) < or(m.Xd2, 0.12) {
		w.problem(path, "the transient reactance (xd1_percent) is not below the subtransient (xd2_percent)")
	}
	source := func(s plant.Source) bool { return s.Name == f.StartsOn && s.Machine == nil }
	transformer := func(t plant.Transformer) bool { return t.Name == f.StartsOn }
	if f.StartsOn != "" && w.doubtful == nil && !slices.ContainsFunc(w.site.Network.Sources, source) && !slices.ContainsFunc(w.site.Network.Transformers, transformer) {
		w.problem(path+".starts_on", fmt.Sprintf("there is no source %q", f.StartsOn))
	}
	z := plant.GeneratorOhm(m.VA, m.Xd2, w.site.Voltage)
	w.site.Network.Sources = append(w.site.Network.Sources, plant.Source{
		Name: f.Name, Node: f.Node, Ohm: z, Zero: complex(real(z), imag(z)*or(f.X0, 0.5)), Machine: m, Off: !f.Running,
		Earthing: w.earthing(path, f.Earthing), EarthOhm: complex(f.Earthing.Ohm, 0),
	})
}

func secs(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func (w *wiring) cable(path string, f *fileCable) {
	w.once(path, f.Name)
	if f.From == f.To {
		w.problem(path+".to", "the cable is between a node and itself")
	}
	r := f.R
	switch {
	case f.R == 0 && f.Section == 0:
		w.problem(path, "give section or r_ohm_km")
	case f.R == 0:
		var err error
		if r, err = plant.ConductorOhm(f.Section, plant.Material(or(f.Material, "copper"))); err != nil {
			w.problem(path+".section", err.Error())
		}
	}
	km := f.Length / 1000 / float64(or(f.Parallel, 1))
	z := complex(r*km, or(f.X, plant.CableReactance)*km)
	w.site.Network.Cables = append(w.site.Network.Cables, plant.Cable{
		Name: f.Name, From: f.From, To: f.To, Ohm: z, Hot: f.Hot,
		Zero: complex(real(z)*or(f.R0, 4), imag(z)*or(f.X0, 4)),
	})
}

func (w *wiring) load(path string, f *fileLoad) {
	w.at(path, f.Name, f.Node)
	p, err := plant.ProfileOf(f.Profile)
	if err != nil {
		w.problem(path+".profile", err.Error())
	}
	l := plant.Load{Name: f.Name, Node: f.Node, Peak: f.KW * 1000, Factor: f.Factor, Profile: p, Flutter: f.Flutter, UPS: f.UPS, Off: f.Off}
	if len(f.Split) != 0 && len(f.Split) != 3 {
		w.problem(path+".split", "three shares, one a phase")
	}
	if f.UPS && !(f.KW > 0) {
		w.problem(path+".kw", "a UPS draws more than 0")
	}
	copy(l.Split[:], f.Split)
	for h, share := range f.Harmonics {
		if h > 1 && h <= plant.MaxOrder { // others are told of by the schema
			l.Harmonics[h] = share
		}
	}
	w.site.Network.Loads = append(w.site.Network.Loads, l)
}

func (w *wiring) motor(path string, f *fileMotor) {
	w.at(path, f.Name, f.Node)
	m := plant.Motor{
		Name: f.Name, Node: f.Node, W: f.KW * 1000, Factor: f.Factor, Locked: f.Locked, Start: f.Start, RunUp: secs(f.RunUp), On: f.Running,
	}
	if err := m.Check(w.site.Voltage); err != nil {
		w.problem(path, err.Error())
	}
	w.site.Network.Motors = append(w.site.Network.Motors, m)
}

func (w *wiring) capacitor(path string, f *fileCapacitor) {
	w.at(path, f.Name, f.Node)
	w.site.Network.Capacitors = append(w.site.Network.Capacitors, plant.Capacitor{Name: f.Name, Node: f.Node, VAR: f.KVAR * 1000, Off: f.Off})
}

// network is a network of the site's elements, without breakers: one for each
// laboratory, since it changes.
func (s *Site) network() *plant.Network {
	t := &s.Network
	n := &plant.Network{
		Voltage: s.Voltage, Frequency: s.Frequency, Seed: s.Seed,
		Sources: slices.Clone(t.Sources), Transformers: slices.Clone(t.Transformers), Cables: slices.Clone(t.Cables), Loads: slices.Clone(t.Loads),
		Motors: slices.Clone(t.Motors), Capacitors: slices.Clone(t.Capacitors),
	}
	return n
}
