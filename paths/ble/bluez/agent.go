package bluez

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// agentPath is where the agent is found.
const agentPath = dbus.ObjectPath("/org/switchroom/agent")

// registerAgent makes this the agent that BlueZ asks: one that can show a code and
// nothing else, so that every pairing shows one.
func (r *Radio) registerAgent(ctx context.Context) error {
	if err := r.conn.Export(&agent{r}, agentPath, "org.bluez.Agent1"); err != nil {
		return err
	}
	r.onClose(func() { r.conn.Export(nil, agentPath, "org.bluez.Agent1") })
	if err := r.call(ctx, managerPath, agentManager+".RegisterAgent", agentPath, "DisplayOnly"); err != nil {
		return fmt.Errorf("BlueZ takes no agent: %w", err)
	}
	r.onClose(func() { r.tell(managerPath, agentManager+".UnregisterAgent", agentPath) })
	if err := r.call(ctx, managerPath, agentManager+".RequestDefaultAgent", agentPath); err != nil {
		return fmt.Errorf("BlueZ asks another agent: %w", err)
	}
	return nil
}

// agent is org.bluez.Agent1. Its methods are those that BlueZ calls.
type agent struct{ r *Radio }

// errRejected refuses a pairing.
var errRejected = dbus.NewError("org.bluez.Error.Rejected", nil)

// DisplayPasskey shows the code of a phone. It may come again while digits are typed.
func (a *agent) DisplayPasskey(by dbus.Sender, device dbus.ObjectPath, passkey uint32, _ uint16) *dbus.Error {
	return a.r.served(by, func() *dbus.Error {
		phone, ok := a.r.phoneOf(device)
		if !ok || passkey > 999_999 || !a.r.cfg.Hooks.MayPair(phone) {
			a.r.aside(func() { a.r.tell(device, deviceFace+".CancelPairing") })
			return errRejected
		}
		a.r.cfg.Hooks.Show(phone, passkey)
		return nil
	})
}

// Cancel ends what was shown.
func (a *agent) Cancel(by dbus.Sender) *dbus.Error {
	return a.r.served(by, func() *dbus.Error { a.r.cfg.Hooks.Hide(); return nil })
}

// Release says that BlueZ asks this agent no more.
func (a *agent) Release(by dbus.Sender) *dbus.Error {
	return a.r.served(by, func() *dbus.Error {
		a.r.stop(errors.New("BlueZ has released the agent: somebody else may have taken its place"))
		return nil
	})
}

// What follows pairs without a code on the display, or with one that somebody chose:
// refused.

// RequestPinCode is pairing of before Bluetooth 2.1.
func (a *agent) RequestPinCode(dbus.Sender, dbus.ObjectPath) (string, *dbus.Error) {
	return "", errRejected
}

// DisplayPinCode is the same with a code of BlueZ.
func (a *agent) DisplayPinCode(dbus.Sender, dbus.ObjectPath, string) *dbus.Error { return errRejected }

// RequestPasskey wants digits typed here.
func (a *agent) RequestPasskey(dbus.Sender, dbus.ObjectPath) (uint32, *dbus.Error) {
	return 0, errRejected
}

// RequestConfirmation is numeric comparison: nobody here says yes.
func (a *agent) RequestConfirmation(dbus.Sender, dbus.ObjectPath, uint32) *dbus.Error {
	return errRejected
}

// RequestAuthorization is Just Works.
func (a *agent) RequestAuthorization(dbus.Sender, dbus.ObjectPath) *dbus.Error { return errRejected }

// AuthorizeService is a service of BR/EDR.
func (a *agent) AuthorizeService(dbus.Sender, dbus.ObjectPath, string) *dbus.Error {
	return errRejected
}
