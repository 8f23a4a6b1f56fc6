package bus

import (
	"switchroom/access"
	"switchroom/imu"
	"switchroom/regmap"
)

// reasons are the statuses of what the access decision refused.
var reasons = map[access.Reason]regmap.Status{
	access.Undecided:     regmap.WrongPassword,
	access.Allowed:       regmap.Success,
	access.NoRule:        regmap.NotSupported,
	access.NoSuchPoint:   regmap.NotSupported,
	access.NotPresent:    regmap.AccessViolation,
	access.NotLoggedIn:   regmap.WrongPassword,
	access.WrongRole:     regmap.AccessViolation,
	access.Stale:         regmap.AccessViolation,
	access.NoPassword:    regmap.WrongPassword,
	access.WrongPassword: regmap.WrongPassword,
	access.WrongLevel:    regmap.WrongPassword,
	access.LockedOut:     regmap.LockedOut,
	access.FactoryKey:    regmap.WrongPassword,
	access.RemoteOff:     regmap.AccessViolation,
	access.ModeRefuses:   regmap.ManualMode,
	access.Inhibited:     regmap.CloseInhibited,
	access.HMILocked:     regmap.SettingsLocked,
	access.RemoteLocked:  regmap.SettingsLocked,
	access.LockUnknown:   regmap.AccessViolation,
	access.NotGenuine:    regmap.AccessViolation,
}

// refusals are the statuses of what the unit or the mechanism refused.
var refusals = map[imu.Refusal]regmap.Status{
	imu.None:             regmap.Success,
	imu.NotPowered:       regmap.OutOfOrder,
	imu.Busy:             regmap.Busy,
	imu.MustReset:        regmap.TrippedMustReset,
	imu.AlreadyClosed:    regmap.AlreadyClosed,
	imu.AlreadyOpen:      regmap.AlreadyOpen,
	imu.AlreadyReset:     regmap.AlreadyReset,
	imu.NoActuator:       regmap.NoActuator,
	imu.ResetForbidden:   regmap.ResetForbidden,
	imu.CloseInhibited:   regmap.CloseInhibited,
	imu.NotReady:         regmap.NotReady,
	imu.NotConfirmed:     regmap.TimedOut,
	imu.Aborted:          regmap.Aborted,
	imu.OutOfRange:       regmap.OutOfRange,
	imu.SettingsRefused:  regmap.SettingsRefused,
	imu.SessionTaken:     regmap.SessionTaken,
	imu.EngagedElsewhere: regmap.SessionTaken,
	imu.IOLocked:         regmap.AccessViolation,
	imu.IOLost:           regmap.OutOfOrder,
	imu.LicenceEnded:     regmap.AccessViolation,
	imu.NotStaged:        regmap.OutOfOrder,
	imu.PackageRefused:   regmap.AccessViolation,
	imu.NoSession:        regmap.NoSession,
	imu.NotSupported:     regmap.NotSupported,
	imu.AlreadySo:        regmap.AlreadyInState,
}

// statusOf returns the status of a result.
func statusOf(r imu.Result) regmap.Status {
	if !r.Decision.OK() {
		if s, ok := reasons[r.Decision.Reason]; ok {
			return s
		}
		return regmap.WrongPassword // an unknown reason is a refusal all the same
	}
	if s, ok := refusals[r.Refusal]; ok {
		return s
	}
	return regmap.InternalError
}
