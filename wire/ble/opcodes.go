package ble

// Commands that a host of ours sends or a controller of ours understands (Vol 4 Part E
// 7).
const (
	Disconnect           Opcode = 0x0406
	ReadRemoteVersion    Opcode = 0x041D
	SetEventMask         Opcode = 0x0C01
	Reset                Opcode = 0x0C03
	HostBufferSize       Opcode = 0x0C33
	SetEventMaskPage2    Opcode = 0x0C63
	ReadLEHost           Opcode = 0x0C6C
	WriteLEHost          Opcode = 0x0C6D
	ReadVersion          Opcode = 0x1001
	ReadCommands         Opcode = 0x1002
	ReadFeatures         Opcode = 0x1003
	ReadBufferSize       Opcode = 0x1005
	ReadAddress          Opcode = 0x1009
	ReadRSSI             Opcode = 0x1405
	LESetEventMask       Opcode = 0x2001
	LEReadBufferSize     Opcode = 0x2002
	LEReadFeatures       Opcode = 0x2003
	LESetRandomAddress   Opcode = 0x2005
	LESetAdvParameters   Opcode = 0x2006
	LEReadAdvPower       Opcode = 0x2007
	LESetAdvData         Opcode = 0x2008
	LESetScanResponse    Opcode = 0x2009
	LESetAdvEnable       Opcode = 0x200A
	LESetScanParameters  Opcode = 0x200B
	LESetScanEnable      Opcode = 0x200C
	LECreateConnection   Opcode = 0x200D
	LECancelConnection   Opcode = 0x200E
	LEReadListSize       Opcode = 0x200F
	LEClearList          Opcode = 0x2010
	LEAddToList          Opcode = 0x2011
	LERemoveFromList     Opcode = 0x2012
	LEUpdateConnection   Opcode = 0x2013
	LEReadRemoteFeatures Opcode = 0x2016
	LEEncrypt            Opcode = 0x2017
	LERand               Opcode = 0x2018
	LEEnableEncryption   Opcode = 0x2019
	LELongTermKey        Opcode = 0x201A
	LENoLongTermKey      Opcode = 0x201B
	LEReadStates         Opcode = 0x201C
	LESetDataLength      Opcode = 0x2022
	LEReadDataLength     Opcode = 0x2023
	LEWriteDataLength    Opcode = 0x2024
	LEReadMaxDataLength  Opcode = 0x202F
	// VendorPlace says where the host's radio is, in a laboratory: it walks with whoever
	// holds it. Ours; a real controller refuses it.
	VendorPlace Opcode = 0xFC53
	// VendorName says what the host is called in a laboratory: 1 to 32 printable bytes.
	// Ours, as VendorPlace.
	VendorName Opcode = 0xFC54
)

var opcodes = map[Opcode]string{
	Disconnect: "Disconnect", ReadRemoteVersion: "Read Remote Version Information", SetEventMask: "Set Event Mask", Reset: "Reset",
	HostBufferSize: "Host Buffer Size", SetEventMaskPage2: "Set Event Mask Page 2", ReadLEHost: "Read LE Host Support", WriteLEHost: "Write LE Host Support",
	ReadVersion: "Read Local Version Information", ReadCommands: "Read Local Supported Commands", ReadFeatures: "Read Local Supported Features",
	ReadBufferSize: "Read Buffer Size", ReadAddress: "Read BD_ADDR", ReadRSSI: "Read RSSI", LESetEventMask: "LE Set Event Mask",
	LEReadBufferSize: "LE Read Buffer Size", LEReadFeatures: "LE Read Local Supported Features", LESetRandomAddress: "LE Set Random Address",
	LESetAdvParameters: "LE Set Advertising Parameters", LEReadAdvPower: "LE Read Advertising Channel TX Power", LESetAdvData: "LE Set Advertising Data",
	LESetScanResponse: "LE Set Scan Response Data", LESetAdvEnable: "LE Set Advertising Enable", LESetScanParameters: "LE Set Scan Parameters",
	LESetScanEnable: "LE Set Scan Enable", LECreateConnection: "LE Create Connection", LECancelConnection: "LE Create Connection Cancel",
	LEReadListSize: "LE Read Filter Accept List Size", LEClearList: "LE Clear Filter Accept List", LEAddToList: "LE Add Device To Filter Accept List",
	LERemoveFromList: "LE Remove Device From Filter Accept List", LEUpdateConnection: "LE Connection Update", LEReadRemoteFeatures: "LE Read Remote Features",
	LEEncrypt: "LE Encrypt", LERand: "LE Rand", LEEnableEncryption: "LE Enable Encryption", LELongTermKey: "LE Long Term Key Request Reply",
	LENoLongTermKey: "LE Long Term Key Request Negative Reply", LEReadStates: "LE Read Supported States", LESetDataLength: "LE Set Data Length",
	LEReadDataLength: "LE Read Suggested Default Data Length", LEWriteDataLength: "LE Write Suggested Default Data Length",
	LEReadMaxDataLength: "LE Read Maximum Data Length", VendorPlace: "Place (vendor, ours)", VendorName: "Name (vendor, ours)",
}

// Events (7.7).
const (
	EventDisconnected    = 0x05
	EventEncrypted       = 0x08
	EventRemoteVersion   = 0x0C
	EventComplete        = 0x0E
	EventStatus          = 0x0F
	EventPacketsSent     = 0x13
	EventKeyRefreshed    = 0x30
	EventLE              = 0x3E
	LEConnected          = 0x01
	LEAdvertising        = 0x02
	LEConnectionUpdated  = 0x03
	LERemoteFeatures     = 0x04
	LELongTermKeyRequest = 0x05
)

// Status is an error code of HCI (Vol 1 Part F).
type Status byte

const (
	Success            Status = 0x00
	UnknownCommand     Status = 0x01
	UnknownConnection  Status = 0x02
	AuthFailure        Status = 0x05
	KeyMissing         Status = 0x06
	MemoryExceeded     Status = 0x07
	ConnectionTimeout  Status = 0x08
	LimitReached       Status = 0x09
	CommandDisallowed  Status = 0x0C
	UnsupportedFeature Status = 0x11
	BadParameters      Status = 0x12
	RemoteEnded        Status = 0x13
	LocalEnded         Status = 0x16
	MICFailure         Status = 0x3D
	FailedToEstablish  Status = 0x3E
)

var statuses = map[Status]string{
	Success: "done", UnknownCommand: "the controller does not know the command", UnknownConnection: "there is no such connection",
	AuthFailure: "the other end could not prove its key", KeyMissing: "the other end has no key: pair again", MemoryExceeded: "the controller has no room",
	ConnectionTimeout: "the other end is out of range, or off", LimitReached: "no more connections", CommandDisallowed: "not now",
	UnsupportedFeature: "not supported", BadParameters: "parameters that cannot be", RemoteEnded: "the other end has ended the connection",
	LocalEnded: "ended here", MICFailure: "a packet did not open: somebody is in between", FailedToEstablish: "the connection was not made",
}

func (s Status) String() string {
	if t, ok := statuses[s]; ok {
		return t
	}
	return Opcode(s).String()
}

func (s Status) Error() string { return s.String() }

// Complete is the event that a command is done; what it returns begins with a status.
func Complete(op Opcode, returns ...byte) Event {
	return Event{EventComplete, append([]byte{1, byte(op), byte(op >> 8)}, returns...)}
}

// Pending is the event that a command was taken, or with another status was not.
func Pending(op Opcode, s Status) Event {
	return Event{EventStatus, []byte{byte(s), 1, byte(op), byte(op >> 8)}}
}
