package accounts_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	. "switchroom/accounts"
)

// TestPrinted: what is printed of who may do what (C2) and who is qualified (D14).
func TestPrinted(t *testing.T) {
	o := newOffice(t)
	emil, vera := o.hire("emil", Engineer), o.hire("vera", Viewer)
	must[string](t)(o.Put(t.Context(), o.admin, Person{Login: "zoe", Name: "Zoe"}))
	must[string](t)(o.Put(t.Context(), o.admin, Person{ID: emil, Login: "emil", Name: "Emil", Groups: []string{o.group("emils")}, Qualified: map[Skill]Qualification{
		Settings: {Until: o.now.Add(31 * days)}, Firmware: {Until: o.now.Add(30 * days)}, Switching: {Until: o.now},
	}}))
	o.bearer("vera", BreakerRead)
	must[string](t)(o.Put(t.Context(), o.admin, Person{ID: vera, Login: "vera", Name: "Vera", Groups: []string{o.group("veras")}, Off: true,
		Qualified: map[Skill]Qualification{Settings: {Until: o.now.Add(days)}}}))
	o.bearer("emil", BreakerRead)

	var access []string
	for _, r := range o.AccessTable() {
		access = append(access, fmt.Sprint(r.Group, r.Roles, len(r.May), r.People))
	}
	want := "Security administrators[security administrator] 5 [ada] emils[engineer] 10 [emil] veras[viewer] 2 [vera (off)] [] 0 [zoe]"
	if got := strings.Join(access, " "); got != want {
		t.Errorf("access\n%s\nwant\n%s", got, want)
	}

	var people []string
	for _, r := range o.PeopleTable(o.now) {
		people = append(people, fmt.Sprintf("%s %v %d %v %v %d", r.Login, r.Groups, len(r.May), r.Off, r.Password, r.Tokens))
		if r.Password != r.PasswordDue.Equal(o.now.Add(180*days)) {
			t.Errorf("%s: due %v", r.Login, r.PasswordDue)
		}
	}
	want = "ada [Security administrators] 5 false true 0;emil [emils] 10 false true 1;vera [veras] 0 true true 0;zoe [] 0 false false 0"
	if got := strings.Join(people, ";"); got != want {
		t.Errorf("people\n%s\nwant\n%s", got, want)
	}

	var skills []string
	for _, r := range o.SkillTable(o.now) {
		skills = append(skills, fmt.Sprint(r.Skill, " ", r.Login, " ", r.State, " ", r.By, " ", r.For))
	}
	want = "firmware emil ends soon ada [firmware.apply];" +
		"settings emil qualified ada [protection.apply protection.approve protection.propose report.sign settings.write vault.reveal vault.rotate];" +
		"settings vera off ada [protection.apply protection.approve protection.propose report.sign settings.write vault.reveal vault.rotate];" +
		"switching emil ended ada [breaker.operate breaker.reset]"
	if got := strings.Join(skills, ";"); got != want {
		t.Errorf("skills\n%s\nwant\n%s", got, want)
	}

	text, err := json.Marshal([]any{o.AccessTable(), o.PeopleTable(o.now), o.SkillTable(o.now)})
	if err != nil || strings.Contains(string(text), string(o.disk.people[emil].Password)) || strings.Contains(string(text), "argon2") {
		t.Error("a table has what proves who somebody is")
	}
	if o.SkillTable(time.Time{})[0].State != "qualified" {
		t.Error("a state that does not come from the time given")
	}
}
