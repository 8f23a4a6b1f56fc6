package portal

import "switchroom/trust"

// Offer is one digital module of the marketplace.
type Offer struct {
	Reference   string          `json:"reference"` // to order by
	Ours        bool            `json:"ours"`      // the reference is ours: the maker's is not known
	Module      string          `json:"module"`    // name in a licence
	Name        string          `json:"name"`
	Effect      string          `json:"effect"`
	Minimum     []trust.Minimum `json:"minimum"`                // the least firmware it needs; empty: not known
	MinimumNote string          `json:"minimum_note"`           // what is known besides
	Certainty   string          `json:"certainty"`              // of the module itself
	Source      string          `json:"source"`                 // which document has it
	Absent      string          `json:"not_sold_why,omitempty"` // why it is not sold
}

func unit(version string) []trust.Minimum {
	return []trust.Minimum{{Component: "control_unit", Version: version}}
}

// Source documents of the catalogue: the user guide of the unit, its master instruction
// sheet as others wrote it down, and our own recollection.
const (
	userGuide = "user guide"
	reported  = "others' notes"
	recalled  = "our recollection"
)

// Catalogue is what there is, sorted by reference. References that no document gave us
// begin with SWRM-DM and are ours. Where the least firmware is not known, none is asked.
var Catalogue = []Offer{
	{Reference: "LV850009", Module: "erms", Name: "ERMS", Effect: "Energy-reduction maintenance settings: lower, faster protection while somebody works nearby.", Minimum: unit("002.000.003"), Certainty: "confirmed", Source: userGuide},
	{Reference: "LV850011", Module: "reverse_power", Name: "ANSI 32P reverse power", Effect: "Trips or warns when active power flows backwards.", Certainty: "reported", Source: reported},
	{Reference: "LV850012", Module: "voltage", Name: "ANSI 27/59 voltage", Effect: "Under- and overvoltage protection.", Minimum: unit("002.000.000"), Certainty: "confirmed", Source: userGuide},
	{Reference: "LV850013", Module: "frequency", Name: "ANSI 81 frequency", Effect: "Under- and overfrequency protection.", Certainty: "confirmed", Source: userGuide},
	{Reference: "LV850037", Module: "idmtl", Name: "ANSI 51 IDMTL", Effect: "Long-time protection with inverse curves of IEC 60255.", Certainty: "reported", Source: reported},
	{Reference: "SWRM-DM-01", Ours: true, Module: "ground_alarm", Name: "ANSI 51N/51G alarm", Effect: "Warns of a ground fault or earth leakage before protection trips.", Minimum: unit("002.000.002"), Certainty: "confirmed", Source: userGuide},
	{Reference: "SWRM-DM-02", Ours: true, Module: "ground_idmt", Name: "IDMT ground fault", Effect: "Adds ground-fault protection to units 2.0, 3.0 and 5.0 X.", Certainty: "confirmed", Source: userGuide},
	{Reference: "SWRM-DM-03", Ours: true, Module: "directional", Name: "ANSI 67 directional overcurrent", Effect: "Trips on overcurrent in one direction.", Certainty: "ours", Source: recalled},
	{Reference: "SWRM-DM-04", Ours: true, Module: "energy_by_phase", Name: "Energy per phase", Effect: "Counts energy of each phase.", Minimum: unit("001.000.000"), Certainty: "confirmed", Source: userGuide},
	{Reference: "SWRM-DM-05", Ours: true, Module: "harmonics", Name: "Individual harmonics", Effect: "Measures each harmonic of currents and voltages.", Certainty: "ours", Source: recalled},
	{Reference: "SWRM-DM-06", Ours: true, Module: "waveform", Name: "Waveform capture on trip", Effect: "Keeps the samples around a trip.", Certainty: "confirmed", Source: userGuide},
	{Reference: "SWRM-DM-07", Ours: true, Module: "restoration", Name: "Power restoration assistant", Effect: "Guides the operator after a trip or a loss of supply.", Certainty: "ours", Source: recalled},
	{Reference: "SWRM-DM-08", Ours: true, Module: "operation", Name: "Operation assistant", Effect: "Opens and closes from the app, by Bluetooth or USB.", Certainty: "confirmed", Source: userGuide},
	{Reference: "SWRM-DM-09", Ours: true, Module: "iec61850", Name: "IEC 61850", Effect: "Measurements, states and orders by MMS.", Minimum: unit("004.000.000"), MinimumNote: "and an IFE or EIFE", Certainty: "confirmed", Source: userGuide,
		Absent: "A virtual unit has no MMS server, so there would be nothing to unlock: this module is not sold."},
	{Reference: "SWRM-DM-10", Ours: true, Module: "legacy", Name: "Modbus legacy dataset", Effect: "The register map of the breakers before.", Certainty: "ours", Source: recalled},
}

// offered finds a module by its reference.
func offered(reference string) (*Offer, error) {
	for i := range Catalogue {
		if Catalogue[i].Reference == reference {
			return &Catalogue[i], nil
		}
	}
	return nil, wrong("reference", "there is no such module: see the catalogue")
}

// Least is the least firmware as people read it.
func (o *Offer) Least() string {
	s := "?"
	for _, m := range o.Minimum {
		s = m.Version
	}
	if o.MinimumNote != "" {
		s += " " + o.MinimumNote
	}
	return s
}

// Number is the maker's reference; "?" if it is not known.
func (o *Offer) Number() string {
	if o.Ours {
		return "?"
	}
	return o.Reference
}
