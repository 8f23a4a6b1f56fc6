package ndef

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// prefixes are what the first byte of a URI record stands for (NFC Forum URI 1.0).
var prefixes = [...]string{
	"", "http://www.", "https://www.", "http://", "https://", "tel:", "mailto:", "ftp://anonymous:anonymous@", "ftp://ftp.", "ftps://",
	"sftp://", "smb://", "nfs://", "ftp://", "dav://", "news:", "telnet://", "imap:", "rtsp://", "urn:", "pop:", "sip:", "sips:", "tftp:",
	"btspp://", "btl2cap://", "btgoep://", "tcpobex://", "irdaobex://", "file://", "urn:epc:id:", "urn:epc:tag:", "urn:epc:pat:",
	"urn:epc:raw:", "urn:epc:", "urn:nfc:",
}

// NewURI is a URI as a well-known record.
func NewURI(uri string) Record {
	best := 0
	for i, p := range prefixes {
		if strings.HasPrefix(uri, p) && len(p) > len(prefixes[best]) {
			best = i
		}
	}
	return Record{TNF: WellKnown, Type: "U", Payload: append([]byte{byte(best)}, uri[len(prefixes[best]):]...)}
}

// AsURI is the URI of a record.
func (r *Record) AsURI() (string, error) {
	switch {
	case r.TNF != WellKnown || r.Type != "U":
		return "", errors.New("the record is no URI")
	case len(r.Payload) == 0:
		return "", errors.New("a URI record without its first byte")
	case int(r.Payload[0]) >= len(prefixes):
		return "", fmt.Errorf("URI prefix %d is not defined", r.Payload[0])
	}
	rest := string(r.Payload[1:])
	if !utf8.ValidString(rest) || strings.ContainsFunc(rest, func(c rune) bool { return c < 0x20 || c == 0x7f }) {
		return "", errors.New("a URI with bytes that are no text")
	}
	return prefixes[r.Payload[0]] + rest, nil
}

// NewText is a text in a language (IANA tag, "en") as a well-known record.
func NewText(language, text string) Record {
	if len(language) > 63 {
		language = language[:63]
	}
	return Record{TNF: WellKnown, Type: "T", Payload: append(append([]byte{byte(len(language))}, language...), text...)}
}

// AsText is the language and the text of a record. UTF-16 is refused: nobody writes
// it any more.
func (r *Record) AsText() (language, text string, err error) {
	switch {
	case r.TNF != WellKnown || r.Type != "T":
		return "", "", errors.New("the record is no text")
	case len(r.Payload) == 0:
		return "", "", errors.New("a text record without its first byte")
	case r.Payload[0]&0xc0 != 0:
		return "", "", errors.New("a text record in UTF-16, or of a later version")
	}
	n := int(r.Payload[0])
	if len(r.Payload) < 1+n {
		return "", "", errors.New("a text record that ends within its language")
	}
	text = string(r.Payload[1+n:])
	if !utf8.ValidString(text) {
		return "", "", errors.New("a text record that is no UTF-8")
	}
	return string(r.Payload[1 : 1+n]), text, nil
}

// NewMIME is a media object: "application/json".
func NewMIME(media string, payload []byte) Record {
	return Record{TNF: MIME, Type: media, Payload: payload}
}
