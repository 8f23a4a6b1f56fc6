package ble

import (
	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
)

// UUIDs of the service and its characteristics. Ours; [switchroom/client] has them too.
var (
	ServiceUUID  = ble.MustUUID("53570001-5357-4c56-8342-7377726d0001")
	QuestionUUID = ble.MustUUID("53570002-5357-4c56-8342-7377726d0001")
	AnswerUUID   = ble.MustUUID("53570003-5357-4c56-8342-7377726d0001")
	EventUUID    = ble.MustUUID("53570004-5357-4c56-8342-7377726d0001")
	AppUUID      = ble.MustUUID("53570005-5357-4c56-8342-7377726d0001")
)

// profile is the attributes of one unit.
type profile struct {
	table         *gatt.Table
	own           []*gatt.Service // without what every device has, which BlueZ serves itself
	answer, event *gatt.Characteristic
}

// fixed is a value that anybody may read: the product, and no reading of it.
func fixed(uuid uint16, value string) *gatt.Characteristic {
	return &gatt.Characteristic{UUID: ble.Short(uuid), Props: gatt.Read, OnRead: func(*gatt.Bearer) ([]byte, ble.Fault) { return []byte(value), 0 }}
}

// newProfile makes the attributes of a module. One that admits genuine apps only has a
// number for them to sign.
func newProfile(m *module) profile {
	u := m.unit
	id := u.Config().Identity
	p := profile{
		answer: &gatt.Characteristic{UUID: AnswerUUID, Props: gatt.Notify, Need: gatt.Authenticated, Title: "answers"},
		event:  &gatt.Characteristic{UUID: EventUUID, Props: gatt.Notify, Need: gatt.Authenticated, Title: "events"},
	}
	question := &gatt.Characteristic{UUID: QuestionUUID, Props: gatt.Write | gatt.WriteNoResponse, Need: gatt.Authenticated, Title: "questions",
		OnWrite: func(_ *gatt.Bearer, v []byte) ble.Fault { return m.asked(v) }}
	values := []*gatt.Characteristic{question, p.answer, p.event}
	if m.attests() {
		values = append(values, &gatt.Characteristic{UUID: AppUUID, Props: gatt.Read | gatt.Write, Need: gatt.Authenticated, Title: "genuine app",
			OnRead:  func(*gatt.Bearer) ([]byte, ble.Fault) { return m.challenge() },
			OnWrite: func(_ *gatt.Bearer, v []byte) ble.Fault { return m.attested(v) }})
	}
	product := &gatt.Service{UUID: ble.Short(0x180A), Characteristics: []*gatt.Characteristic{fixed(0x2A29, id.Vendor), fixed(0x2A24, id.Range), fixed(0x2A26, id.Firmware)}}
	stream := &gatt.Service{UUID: ServiceUUID, Characteristics: values}
	p.own = []*gatt.Service{product, stream}
	p.table = gatt.NewTable(
		&gatt.Service{UUID: ble.Short(0x1800), Characteristics: []*gatt.Characteristic{fixed(0x2A00, u.Name()), fixed(0x2A01, "\x00\x00")}},
		product, stream,
	)
	return p
}

// advertisement is what a unit sends when its radio is on: that it takes connections,
// its name, and in the scan response its service.
func advertisement(name string) (data, response []byte) {
	data, _ = ble.AppendAd(nil, ble.AdFlags, []byte{0x06}) // findable, and no BR/EDR
	if with, ok := ble.AppendAd(data, ble.AdName, []byte(name)); ok {
		data = with
	} else {
		data, _ = ble.AppendAd(data, ble.AdShortName, []byte(name)[:26])
	}
	response, _ = ble.AppendAd(nil, ble.AdServices128, ServiceUUID.Bytes())
	return data, response
}
