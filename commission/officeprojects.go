package commission

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
)

// PutProject keeps a project, in the place of the one with its number.
//
// What a study admits decides what needs a second person. So whoever plans does not put
// studies in or change them: that takes the permission to approve.
func (o *Office) PutProject(ctx context.Context, token credential.Secret, p *Project) error {
	if err := p.Check(); err != nil {
		return err
	}
	before, err := o.project(ctx, p.Number)
	if err != nil && !isNone(err) {
		return err
	}
	may := []accounts.Permission{accounts.ProtectPropose, accounts.ProtectApprove}
	studies := otherStudies(before, p)
	if len(studies) > 0 {
		may = []accounts.Permission{accounts.ProtectApprove}
	}
	a, err := o.begin(ctx, token, "project.put", p.Number, may...)
	if err != nil {
		if len(studies) > 0 {
			return fmt.Errorf("what the study admits changes (%s), and that decides who needs a second person: somebody who approves puts it in: %w", strings.Join(studies, ", "), err)
		}
		return err
	}
	b, err := p.Marshal()
	if err != nil {
		return err
	}
	facts := audit.Facts{}.With("digest", string(digest(p))).With("breakers", len(p.Breakers)).With("studies_changed", strings.Join(studies, " "))
	if err := a.record(ctx, audit.Done, audit.Facts{}, facts); err != nil {
		return err
	}
	return o.putProject(ctx, p.Number, a.who.ID, b)
}

// otherStudies are the breakers of which the study, or the rating that it is for, is
// another one.
func otherStudies(before, after *Project) (ids []string) {
	was := map[string]Breaker{}
	if before != nil {
		for _, b := range before.Breakers {
			was[b.ID] = b
		}
	}
	for _, b := range after.Breakers {
		if old := was[b.ID]; !reflect.DeepEqual(old.Study, b.Study) || old.Study != nil && !reflect.DeepEqual(old.Rating, b.Rating) {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

// Projects returns the numbers of all projects, sorted.
func (o *Office) Projects(ctx context.Context, token credential.Secret) ([]string, error) {
	if _, err := o.begin(ctx, token, "project.listed", "", accounts.BreakerRead); err != nil {
		return nil, err
	}
	return o.texts(ctx, "SELECT number FROM commission_projects ORDER BY number")
}

// Project returns one project.
func (o *Office) Project(ctx context.Context, token credential.Secret, number string) (*Project, error) {
	if _, err := o.begin(ctx, token, "project.read", number, accounts.BreakerRead); err != nil {
		return nil, err
	}
	return o.project(ctx, number)
}

// Scan looks for breakers on a network; that is recorded, since others may see it.
func (o *Office) Scan(ctx context.Context, token credential.Secret, s Scan) ([]Found, error) {
	a, err := o.begin(ctx, token, "network.scanned", strings.Join(s.Ranges, " "), accounts.ProtectPropose, accounts.SettingsWrite)
	if err != nil {
		return nil, err
	}
	if s.Map == nil {
		s.Map = o.options.Map
	}
	if _, err := s.targets(); err != nil {
		return nil, err
	}
	if err := a.record(ctx, audit.Done, audit.Facts{}, audit.Facts{}); err != nil {
		return nil, err
	}
	return s.Run(ctx)
}
