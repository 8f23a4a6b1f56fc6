package console

import (
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/commission"
	"switchroom/credential"
	"switchroom/vault"
)

// OnProject is what a question is about; see [OnID].
type OnProject struct {
	Number string `path:"number" maxLength:"60"`
}

// OnBreaker is what a question is about.
type OnBreaker struct {
	Number string `path:"number" maxLength:"60"`
	ID     string `path:"id" maxLength:"40"`
}

// reachSent is how a breaker is to be reached for one thing.
type reachSent struct {
	Address   string `json:"address,omitempty" maxLength:"300" doc:"left out: the first of the project; rtu:// and usb:// are ways of the computer that the console runs on"`
	Password  string `json:"password,omitempty" maxLength:"4" doc:"of the breaker: to write, that of level 4"`
	FromVault bool   `json:"from_vault,omitempty" doc:"the vault gives the password, to the address that it has"`
}

func (r *reachSent) reach() commission.Reach {
	return commission.Reach{Address: r.Address, Password: credential.NewSecret(r.Password)}
}

// by does something at a breaker, by what was typed or by the vault.
func (r *reachSent) by(v *visit, breaker, why string, do func(commission.Reach) error) error {
	if !r.FromVault {
		return do(r.reach())
	}
	return v.s.Vault.Use(v.by(), v.token, breaker, vault.Levels, why, func(address string, password credential.Secret) error {
		return do(commission.Reach{Address: address, Password: password})
	})
}

type projectTold struct {
	Number   string `json:"number"`
	Name     string `json:"name"`
	Breakers int    `json:"breakers"`
}

func (v *visit) listProjects(*struct{}) (*body[[]projectTold], error) {
	numbers, err := v.s.Office.Projects(v.r.Context(), v.token)
	if err != nil {
		return nil, err
	}
	all := []projectTold{}
	for _, n := range numbers {
		p, err := v.s.Office.Project(v.r.Context(), v.token, n)
		if err != nil {
			return nil, err
		}
		all = append(all, projectTold{p.Number, p.Name, len(p.Breakers)})
	}
	return &body[[]projectTold]{all}, nil
}

func (v *visit) readProject(in *OnProject) (*body[*commission.Project], error) {
	p, err := v.s.Office.Project(v.r.Context(), v.token, in.Number)
	return &body[*commission.Project]{p}, err
}

func (v *visit) putProject(in *struct {
	OnProject
	Body commission.Project
}) (*struct{}, error) {
	if in.Body.Number != in.Number {
		return nil, huma.Error422UnprocessableEntity(fmt.Sprintf("the project in the body is %s, and not %s", in.Body.Number, in.Number))
	}
	return nil, v.s.Office.PutProject(v.r.Context(), v.token, &in.Body)
}

// scanTold is what a scan came to.
type scanTold struct {
	Found []commission.Found   `json:"found"`
	Added []commission.Breaker `json:"added"`
}

func (v *visit) scanNetwork(in *struct {
	OnProject
	Body struct {
		Ranges []string `json:"ranges" minItems:"1" maxItems:"20" doc:"127.0.1.1, 127.0.1.1-127.0.1.20 or 10.1.2.0/28; on loopback and private networks only"`
		Ports  []uint16 `json:"ports,omitempty" maxItems:"8" doc:"left out: 502"`
		Board  string   `json:"board,omitempty" maxLength:"300" doc:"where what is new is put; left out: nothing is put into the project"`
	}
}) (*body[scanTold], error) {
	found, err := v.s.Office.Scan(v.r.Context(), v.token, commission.Scan{Ranges: in.Body.Ranges, Ports: in.Body.Ports})
	if err != nil {
		return nil, err
	}
	told := scanTold{append([]commission.Found{}, found...), []commission.Breaker{}}
	if in.Body.Board != "" {
		err = v.add(in.Number, func(p *commission.Project) []commission.Breaker {
			told.Added = append(told.Added, p.News(found, in.Body.Board)...)
			return told.Added
		})
	}
	return &body[scanTold]{told}, err
}

// snapshotTold is a snapshot that was taken, or why it was not.
type snapshotTold struct {
	Breaker string            `json:"breaker"`
	Digest  commission.Digest `json:"digest,omitempty"`
	At      string            `json:"at,omitempty"`
	By      string            `json:"by,omitempty"`
	Address string            `json:"address,omitempty"`
	Notice  string            `json:"notice,omitempty" doc:"a plan was cut short, and what acts now"`
	Error   string            `json:"error,omitempty"`
}

func tellSnapshot(s *commission.Snapshot) snapshotTold {
	return snapshotTold{Breaker: s.Breaker, Digest: s.Digest(), At: s.At.UTC().Format("2006-01-02T15:04:05Z"), By: s.Name, Address: s.Address}
}

func (v *visit) takeSnapshots(in *struct {
	OnProject
	Body struct {
		Breakers []string `json:"breakers" minItems:"1" maxItems:"1000" doc:"ids"`
	}
}) (*body[[]snapshotTold], error) {
	all := []snapshotTold{}
	for _, a := range v.s.Office.SnapshotAll(v.r.Context(), v.token, in.Number, in.Body.Breakers, commission.Reach{}, nil) {
		if a.Err != nil {
			all = append(all, snapshotTold{Breaker: a.Breaker, Error: a.Err.Error()})
			continue
		}
		t := tellSnapshot(a.Taken.Snapshot)
		t.Notice = a.Taken.Notice
		all = append(all, t)
	}
	return &body[[]snapshotTold]{all}, nil
}

func (v *visit) takeSnapshot(in *struct {
	OnBreaker
	Body reachSent
}) (*body[snapshotTold], error) {
	var t snapshotTold
	err := in.Body.by(v, in.ID, "snapshot", func(r commission.Reach) error {
		taken, err := v.s.Office.Snapshot(v.r.Context(), v.token, in.Number, in.ID, r)
		if err == nil {
			t = tellSnapshot(taken.Snapshot)
			t.Notice = taken.Notice
		}
		return err
	})
	return &body[snapshotTold]{t}, err
}

func (v *visit) listSnapshots(in *OnBreaker) (*body[[]snapshotTold], error) {
	taken, err := v.s.Office.Snapshots(v.r.Context(), v.token, in.Number, in.ID)
	all := []snapshotTold{}
	for i := range taken {
		all = append(all, tellSnapshot(&taken[i]))
	}
	return &body[[]snapshotTold]{all}, err
}

func (v *visit) readSnapshot(in *struct {
	OnBreaker
	Digest string `path:"digest" maxLength:"80" doc:"or its first digits"`
	Whole  bool   `query:"whole" doc:"with serial numbers, names, addresses and people (C1)"`
}) (*body[*commission.Snapshot], error) {
	s, err := v.s.Office.SnapshotOf(v.r.Context(), v.token, in.Number, in.ID, commission.Digest(in.Digest))
	if err == nil && !in.Whole {
		s = s.Redacted()
	}
	return &body[*commission.Snapshot]{s}, err
}

func (v *visit) makePlan(in *struct {
	OnBreaker
	Body struct {
		Base   commission.Digest `json:"base,omitempty" maxLength:"80" doc:"of the snapshot to start from; left out: the newest"`
		Reason string            `json:"reason" maxLength:"500"`
		Wishes []commission.Wish `json:"wishes,omitempty" maxItems:"200"`
		Study  bool              `json:"study,omitempty" doc:"what the study says of the standard protections"`
	}
}) (*body[*commission.Plan], error) {
	p, err := v.s.Office.Project(v.r.Context(), v.token, in.Number)
	if err != nil {
		return nil, err
	}
	b, ok := p.Find(in.ID)
	if !ok {
		return nil, &commission.NoneError{What: "breaker " + in.ID}
	}
	wishes := in.Body.Wishes
	if in.Body.Study && b.Study != nil {
		wishes = append(wishes, b.Study.Wishes()...)
	}
	if in.Body.Base == "" {
		s, err := v.newest(in.Number, b)
		if err != nil {
			return nil, err
		}
		in.Body.Base = s.Digest()
	}
	plan, err := v.s.Office.Plan(v.r.Context(), v.token, in.Number, in.ID, in.Body.Base, in.Body.Reason, wishes)
	return &body[*commission.Plan]{plan}, err
}

func (v *visit) listPlans(in *OnProject) (*body[[]commission.Plan], error) {
	all, err := v.s.Office.Plans(v.r.Context(), v.token, in.Number, "")
	return &body[[]commission.Plan]{append([]commission.Plan{}, all...)}, err
}

func (v *visit) readPlan(in *OnID) (*body[*commission.File], error) {
	f, err := v.s.Office.PlanOf(v.r.Context(), v.token, in.ID)
	return &body[*commission.File]{f}, err
}

// diffTold is a plan beside what was found.
type diffTold struct {
	*commission.Diff
	Digest commission.Digest `json:"digest" doc:"of the plan: an approval is of exactly this"`
	Why    string            `json:"why,omitempty" doc:"there are no curves"`
}

func (v *visit) readDiff(in *OnID) (*body[diffTold], error) {
	d, err := v.s.Office.Diff(v.r.Context(), v.token, in.ID)
	if d == nil {
		return nil, err
	}
	t := diffTold{Diff: d, Digest: d.Plan.Digest()}
	if err != nil {
		t.Why = err.Error()
	}
	return &body[diffTold]{t}, nil
}

func (v *visit) approvePlan(in *struct {
	OnID
	Body struct {
		Digest commission.Digest `json:"digest" maxLength:"80" doc:"of the plan that was looked at"`
		Text   string            `json:"text,omitempty" maxLength:"500"`
	}
}) (*body[*commission.Approval], error) {
	a, err := v.s.Office.Approve(v.r.Context(), v.token, in.ID, in.Body.Digest, in.Body.Text)
	return &body[*commission.Approval]{a}, err
}

// ends carries a plan out, or finds out what became of it.
func (v *visit) ends(id string, sent *reachSent, do func(commission.Reach) (*commission.Outcome, error)) (*body[*commission.Outcome], error) {
	file, err := v.s.Office.PlanOf(v.r.Context(), v.token, id)
	if err != nil {
		return nil, err
	}
	var out *commission.Outcome
	err = sent.by(v, file.Plan.Breaker, "plan "+id, func(r commission.Reach) (err error) {
		out, err = do(r)
		return err
	})
	return &body[*commission.Outcome]{out}, err
}

type reachOn struct {
	OnID
	Body reachSent
}

func (v *visit) applyPlan(in *reachOn) (*body[*commission.Outcome], error) {
	return v.ends(in.ID, &in.Body, func(r commission.Reach) (*commission.Outcome, error) {
		return v.s.Office.Apply(v.r.Context(), v.token, in.ID, r)
	})
}

func (v *visit) resumePlan(in *reachOn) (*body[*commission.Outcome], error) {
	return v.ends(in.ID, &in.Body, func(r commission.Reach) (*commission.Outcome, error) {
		return v.s.Office.Resume(v.r.Context(), v.token, in.ID, r)
	})
}

func (v *visit) listFunctions(*struct{}) (*body[[]commission.Function], error) {
	return &body[[]commission.Function]{commission.Functions()}, nil
}

func (v *visit) listTrials(in *OnBreaker) (*body[[]commission.Trial], error) {
	all, err := v.s.Office.Trials(v.r.Context(), v.token, in.Number, in.ID)
	return &body[[]commission.Trial]{append([]commission.Trial{}, all...)}, err
}

func (v *visit) tryBreaker(in *struct {
	OnBreaker
	Body struct {
		Tests     []string `json:"tests" minItems:"1" maxItems:"3" enum:"communication,study,trip"`
		Address   string   `json:"address,omitempty" maxLength:"300"`
		Password  string   `json:"password,omitempty" maxLength:"4"`
		FromVault bool     `json:"from_vault,omitempty"`
	}
}) (*body[[]commission.Trial], error) {
	http.NewResponseController(v.w).SetWriteDeadline(time.Now().Add(tripsWithin))
	all := []commission.Trial{}
	by := &reachSent{in.Body.Address, in.Body.Password, in.Body.FromVault}
	err := by.by(v, in.ID, "tests", func(r commission.Reach) error {
		some, err := v.s.Office.Try(v.r.Context(), v.token, in.Number, in.ID, in.Body.Tests, r)
		all = append(all, some...)
		return err
	})
	return &body[[]commission.Trial]{all}, err
}

func (v *visit) doAt(in *struct {
	OnBreaker
	Body struct {
		Action    string `json:"action" maxLength:"40" doc:"clock, identify, maintenance-basic, …"`
		Address   string `json:"address,omitempty" maxLength:"300"`
		Password  string `json:"password,omitempty" maxLength:"4"`
		FromVault bool   `json:"from_vault,omitempty"`
	}
}) (*body[*commission.Performed], error) {
	var done *commission.Performed
	by := &reachSent{in.Body.Address, in.Body.Password, in.Body.FromVault}
	err := by.by(v, in.ID, in.Body.Action, func(r commission.Reach) (err error) {
		done, err = v.s.Office.Perform(v.r.Context(), v.token, in.Number, in.ID, in.Body.Action, r)
		return err
	})
	return &body[*commission.Performed]{done}, err
}
