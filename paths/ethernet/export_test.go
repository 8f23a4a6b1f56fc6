package ethernet

import "switchroom/wire/modbus"

// Filtered puts a filter before a handler.
func Filtered(f *Filter, h modbus.Handler) modbus.Handler { return &filtered{h, f} }
