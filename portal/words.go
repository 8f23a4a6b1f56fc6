package portal

// Clause is a part of the policy for vulnerabilities.
type Clause struct {
	Title string   `json:"title"`
	Text  []string `json:"text"`
}

// Policy is the policy for vulnerabilities. It is ours; its phases are those of ISO/IEC
// 29147 (disclosure) and 30111 (handling).
var Policy = []Clause{
	{"Who may declare", []string{
		"Anybody: owners, operators, researchers, response teams, competitors. No account is needed, and no name.",
		"Use the form of this portal. Whoever has an account may use it, so that the case stands among theirs.",
	}},
	{"What we promise", []string{
		"You get a case number at once, and a secret with which you can follow the case. The secret is told once; we keep only a digest of it.",
		"Somebody answers within two working days. What we find, and what we decide, stands in the case with its date and the role of who wrote it.",
		"Whoever looks for flaws in good faith, on equipment of their own, and tells us before the public, has nothing to fear from us.",
		"Whoever wants to be named in the advisory is named.",
	}},
	{"What we ask", []string{
		"Test nothing that supplies somebody. A breaker that opens stops what is behind it; a breaker that does not open may kill.",
		"Give us time: we aim at an advisory within 90 days, earlier if somebody uses the flaw already.",
		"Send no personal data, and no password that is in use.",
	}},
	{"Who works together", []string{
		"A coordinator leads each case. Product managers answer for a product and say when a fix is there. Response teams (CERT) see every case. Researchers and customers see those they are asked into, before the public.",
		"When a case is published, everybody reads the same advisory: a page here, and a signed document in CSAF 2.0 for programs.",
	}},
	{"How bad it is", []string{
		"Each advisory has a score by CVSS 3.1, for a breaker in its place: reachable from the network of the switchroom, not from the Internet. Owners weigh it for their own site.",
	}},
	{"When a key is lost", []string{
		"If a key that signs firmware may be in other hands its certificate is revoked, with the date since when. The lists are under Firmware PKI; look at least every three months. Install no firmware that is dated before such a date, whoever signed it.",
	}},
}

// Environment is a kind of place where breakers are, with what to look at there.
type Environment struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Text   string   `json:"text"`
	Advice []string `json:"advice"`
}

// Environments are those of the guide (A16), sorted by id. The texts are ours.
var Environments = []Environment{
	{"building", "Building and access", "Many people come and go, and the switchroom shares a network with lifts, doors and heating.", []string{
		"Keep the switchroom on a network of its own; let the building management read it through one gateway.",
		"A badge system that opens the switchroom protects the breakers: look after it as after them.",
		"Whoever cleans or repairs other things in the room sees the fronts of the breakers. Lock the cover over the settings.",
		"Leave remote control off where nobody uses it.",
	}},
	{"data-centre", "Data centre", "Supply must not stop, and much is automatic: transfer schemes, remote hands, dashboards.", []string{
		"Test firmware and transfer schemes on a virtual twin before the live side; then one side of the A/B supply at a time.",
		"Dashboards need to read, not to write. Give them an account that cannot order.",
		"Rotate the four passwords of each breaker, and keep them in a vault, not in a spreadsheet of the shift.",
		"Record who came into the room. Remote hands are people, too.",
	}},
	{"electrical", "Electrical utility and distribution", "Sites are far apart and often unattended; what crosses between them is not yours.", []string{
		"Cross public lines in a tunnel that proves both ends; never forward a port to a breaker.",
		"Log in by name on the engineering station; take its sticks and its wireless away.",
		"A breaker without its time cannot tell the order of events. Give each site a time source that you trust.",
		"Have spare units with the firmware that the site runs, and the settings on paper.",
	}},
	{"industrial", "Industrial", "A control system opens and closes breakers, and it is older than they are.", []string{
		"Put a gateway between the control network and the breakers that knows which orders are meant.",
		"Modbus has no secrecy: whoever sees one request has its password. Separate the network, or use Modbus/TCP Security.",
		"Agree who may operate, from where, and when the local side has the word.",
		"Watch what crosses: an order at an hour when nobody is there is news.",
	}},
}

func environmentIDs() (all []string) {
	for _, e := range Environments {
		all = append(all, e.ID)
	}
	return all
}

func environmentName(id string) string {
	for _, e := range Environments {
		if e.ID == id {
			return e.Name
		}
	}
	return "–"
}
