package vault

import (
	"strings"
	"testing"

	"switchroom/store"
)

// TestAsk has two people at two desks.
func TestAsk(t *testing.T) {
	o := office(t, store.Place{Dir: t.TempDir() + "/data"})
	ctx := t.Context()
	const why = "fault at night, the pad is lost"
	if _, err := o.Ask(ctx, anna, "Q1", 4, why); err == nil {
		t.Error("anybody asks")
	}
	if _, err := o.Ask(ctx, olga, "Q1", 4, "so"); err == nil {
		t.Error("asked without a reason")
	}
	ask := func() string {
		t.Helper()
		r, err := o.Ask(ctx, olga, "Q1", 4, why)
		if err != nil {
			t.Fatal(err)
		}
		return r.ID
	}
	id := ask()
	take := func(id string, want bool, what string) {
		t.Helper()
		if s, err := o.Take(ctx, olga, id); (err == nil) != want || s.Empty() == want {
			t.Errorf("%s: %v", what, err)
		}
	}
	take(id, false, "nobody has agreed")
	for name, err := range map[string]error{"the same person": o.Agree(ctx, both, id), "an engineer": o.Agree(ctx, olga, id), "no request": o.Agree(ctx, piet, "x")} {
		if err == nil {
			t.Errorf("%s agrees", name)
		}
	}
	take(id, false, "the same person agreed")
	if err := o.Agree(From(ctx, "192.0.2.9"), piet, id); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Take(ctx, piet, id); err == nil {
		t.Error("the second person takes it")
	}
	if all, err := o.Requests(anna); err != nil || len(all) != 1 || all[0].Agreed != "piet" || all[0].By != "olga" {
		t.Errorf("%+v, %v", all, err)
	}
	o.Lock()
	take(id, false, "locked")
	if err := o.Office.Unlock(ctx, olga, secret(phrase)); err != nil {
		t.Fatal(err)
	}
	take(id, true, "agreed")
	take(id, false, "a second time")
	if list, _ := o.Overdue(ctx, o.now); len(list) != 1 || list[0].Level != 4 {
		t.Errorf("due: %+v", list)
	}
	late := ask()
	if err := o.Agree(ctx, piet, late); err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(AskFor)
	take(late, false, "too late")
	for range askMost {
		ask()
	}
	if _, err := o.Ask(ctx, olga, "Q1", 4, why); err == nil {
		t.Error("too many wait")
	}
	told := o.records()
	for _, want := range []string{`"vault.revealed_asked"`, `"vault.revealed_agreed"`, `"agreed_by":"piet"`, `"Q1, from 192.0.2.9"`, `"Q1, from 192.0.2.7"`} {
		if !strings.Contains(told, want) {
			t.Errorf("%s is not recorded", want)
		}
	}
}
