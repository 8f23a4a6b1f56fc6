package commission

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/client"
	"switchroom/credential"
	"switchroom/points"
)

// Action is something to do at a breaker that leaves no setting behind to compare.
type Action struct {
	ID     string
	Title  string
	point  points.ID
	value  func(now time.Time) points.Value
	verify func(before, after map[points.ID]points.Value, now time.Time) error
	shown  []points.ID // what is read before and after
}

// slack is how far a clock may be off after it was set: the command has milliseconds, and
// the answer takes its time. Ours.
const slack = 3 * time.Second

// actions is sorted by id.
var actions = []Action{
	{ID: "clock", Title: "set date and time to those of this computer", point: points.ClockSet, value: points.At, shown: []points.ID{points.DeviceClock},
		verify: func(_, after map[points.ID]points.Value, now time.Time) error {
			v := after[points.DeviceClock]
			if off := v.Time().Sub(now).Abs(); !v.Available() || off > slack {
				return fmt.Errorf("the clock of the unit reads %s and not %s", text(points.DeviceClock, v), now.UTC().Format(time.RFC3339))
			}
			return nil
		}},
	{ID: "identify", Title: "find the device: its Ready lamp blinks fast for half a minute", point: points.DeviceIdentify, value: func(time.Time) points.Value { return points.Number(1) }, shown: []points.ID{points.LEDReady},
		verify: func(_, after map[points.ID]points.Value, _ time.Time) error {
			if v := after[points.LEDReady]; !v.Available() || v.Float() != 2 {
				return fmt.Errorf("its Ready lamp shows %s", text(points.LEDReady, v))
			}
			return nil
		}},
	programme("maintenance-basic", 1, points.MaintenanceBasicDue),
	programme("maintenance-manufacturer", 3, points.MaintenanceManufacturerDue),
	programme("maintenance-standard", 2, points.MaintenanceStandardDue),
}

// programme is the declaration of a maintenance programme: its next date moves.
func programme(id string, number float64, due points.ID) Action {
	return Action{ID: id, Title: "declare carried out: " + strings.TrimSuffix(points.Of(due).Title, " is due"), point: points.MaintenanceDeclare,
		value: func(time.Time) points.Value { return points.Number(number) }, shown: []points.ID{due},
		verify: func(before, after map[points.ID]points.Value, _ time.Time) error {
			if a, b := before[due], after[due]; !b.Available() || a.Available() && b.Float() < a.Float() {
				return fmt.Errorf("it is due at %s, and was at %s before", text(due, b), text(due, a))
			}
			return nil
		}}
}

// Actions returns them all, sorted by id.
func Actions() []Action { return slices.Clone(actions) }

// Performed is what came of an action.
type Performed struct {
	Action  string            `json:"action"`
	Breaker string            `json:"breaker"`
	Before  map[string]string `json:"before"` // what shows it, as read
	After   map[string]string `json:"after"`
	Relied  []client.Reliance `json:"relied,omitempty"`
}

// Perform does an action at a breaker and reads whether it was done. It is never repeated
// by itself. With an error that may have happened the log says that too.
func (o *Office) Perform(ctx context.Context, token credential.Secret, number, id, action string, r Reach) (*Performed, error) {
	p := place{number, id}
	a, err := o.begin(ctx, token, "breaker.performed", p.String()+" "+action, accounts.SettingsWrite)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(actions, func(x Action) bool { return x.ID == action })
	if i < 0 {
		return nil, &NoneError{fmt.Sprintf("action %q: there are %s", action, joined(actionIDs()))}
	}
	b, err := o.breaker(ctx, p)
	if err != nil {
		return nil, err
	}
	address, err := r.address(b)
	if err != nil {
		return nil, err
	}
	release, err := o.claim(p, a.who.Name)
	if err != nil {
		return nil, a.failed(ctx, audit.Refused, err)
	}
	defer release()
	begun := *a
	begun.what = "breaker.performing"
	if err := begun.record(ctx, audit.Done, audit.Facts{}, audit.Facts{}); err != nil {
		return nil, err
	}
	out, err := o.perform(ctx, &actions[i], address, r.Password)
	if err != nil {
		return nil, a.failed(ctx, resultOf(err), err)
	}
	out.Action, out.Breaker = action, id
	before, after := audit.Facts{}, audit.Facts{}
	for _, point := range actions[i].shown {
		before, after = before.With(point.String(), out.Before[point.String()]), after.With(point.String(), out.After[point.String()])
	}
	return out, a.record(ctx, audit.Done, before, after)
}

func actionIDs() (all []string) {
	for _, a := range actions {
		all = append(all, a.ID)
	}
	return all
}

// resultOf is how the log has an error of a client.
func resultOf(err error) audit.Result {
	if e, ok := errors.AsType[*client.Error](err); ok && e.MayHaveHappened {
		return audit.Uncertain
	}
	return audit.Failed
}

// perform does it and reads what shows it, before and after, where the way carries that.
func (o *Office) perform(ctx context.Context, a *Action, address string, password credential.Secret) (*Performed, error) {
	b, err := client.Connect(ctx, address, o.options)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	if c, ok := b.(*client.Cable); ok {
		if err := c.Login(ctx, password.Reveal()); err != nil {
			return nil, err
		}
	}
	f, ok := FunctionOf(a.point)
	if !ok {
		return nil, errors.New("commissioning does not do this")
	}
	if err := f.Possible(WayOf(address), isVirtual(ctx, b)); err != nil {
		return nil, err
	}
	before, err := values(ctx, b, a.shown)
	if err != nil {
		return nil, err
	}
	now := o.now()
	if _, err := b.Do(ctx, a.point, password.Reveal(), client.Argument{Name: argument(a.point), Value: a.value(now)}); err != nil {
		return nil, err
	}
	after, err := values(ctx, b, a.shown)
	if err != nil {
		return nil, fmt.Errorf("the breaker says that it is done; it could not be read afterwards: %w", err)
	}
	if err := a.verify(before, after, now); err != nil {
		return nil, fmt.Errorf("the breaker says that it is done; %w", err)
	}
	return &Performed{Before: texts(before), After: texts(after), Relied: b.Relied()}, nil
}

// argument is the name of the one parameter of an action in the command table.
func argument(op points.ID) string {
	if op == points.ClockSet {
		return "time"
	}
	return "value"
}

func values(ctx context.Context, b client.Breaker, ids []points.ID) (map[points.ID]points.Value, error) {
	read, err := b.Read(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := map[points.ID]points.Value{}
	for _, r := range read {
		out[r.Point] = r.Value
	}
	return out, nil
}

func texts(in map[points.ID]points.Value) map[string]string {
	out := map[string]string{}
	for id, v := range in {
		out[id.String()] = text(id, v)
	}
	return out
}
