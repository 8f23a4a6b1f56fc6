package console

import (
	"fmt"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"switchroom/ui"
	"switchroom/upgrade"
)

// watched is how long a page looks again by itself, ours: whoever has gone meanwhile must
// not stay signed in by it (D12).
const watched = 10 * time.Minute

// showRun shows how far an upgrade is; while it is under way the page looks again by
// itself.
func (v *visit) showRun() {
	number := v.r.PathValue("number")
	t, err := v.s.runs.find(number, v.r.PathValue("id"))
	if err != nil {
		v.failed(err)
		return
	}
	if t.Ended.IsZero() && v.now.Sub(t.Begun) < watched {
		v.w.Header().Set("Refresh", "2")
	}
	v.crumbed(http.StatusOK, sentence(t.Package.Title()), v.firmwareCrumbs(number, ui.Link{Text: "Upgrade"}), runView(t, runTable(t)))
}

func runTable(t *runTold) ui.Table {
	x := ui.Table{ID: "breakers", Caption: "What became of each", Columns: []ui.Column{{Title: "Breaker"}, {Title: "State"}, {Title: "What"}, {Title: "From → to"}, {Title: "Because"}}}
	for _, b := range t.Breakers {
		what, change := b.Outcome.Member, ""
		if b.Outcome.Module != "" {
			what = "module " + b.Outcome.Module
		}
		switch {
		case b.State == running && b.Doing != "":
			change = fmt.Sprintf("%s, %.0f %%", b.Doing, b.Percent)
		case b.State == upgrade.Done:
			change = b.Outcome.From + " → " + b.Outcome.To
		}
		x.Rows = append(x.Rows, ui.Row{Cells: []templ.Component{linkTo(breakerURL(t.Project, b.Breaker)+"/firmware", b.Breaker), ui.Badge(stateWords[b.State]), ui.Text(what), ui.Text(change), ui.Text(b.Error)}})
	}
	return x
}
