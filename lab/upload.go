package lab

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"switchroom/study"
	"switchroom/wire/comtrade"
)

// upload is a recording as it was sent: files in memory, bounded by what a request may
// hold.
type upload struct {
	fields map[string]string
	files  map[string]*sentFile
}

// sentFile is a file under the name that it had.
type sentFile struct {
	*bytes.Reader
	name string
}

func (f *sentFile) Name() string { return f.name }

// fieldMax bounds a field that is no file, ours.
const fieldMax = 4096

// readUpload reads a form with files.
func readUpload(r *http.Request) (*upload, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errors.New("send a form with files (multipart/form-data): cfg, and dat unless it is a combined file")
	}
	u := &upload{map[string]string{}, map[string]*sentFile{}}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return u, nil
		}
		if err == nil {
			err = u.take(part)
		}
		if err != nil {
			return nil, tooLarge(err)
		}
	}
}

func tooLarge(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fmt.Errorf("the recording is larger than %d MiB; cut it, or use `switchroom replay`", uploadMax>>20)
	}
	return fmt.Errorf("the form cannot be read: %w", err)
}

func (u *upload) take(part *multipart.Part) error {
	if part.FileName() == "" {
		text, err := io.ReadAll(io.LimitReader(part, fieldMax))
		u.fields[part.FormName()] = strings.TrimSpace(string(text))
		return err
	}
	data, err := io.ReadAll(part)
	if len(data) > 0 { // a browser sends an empty one where none was chosen
		u.files[part.FormName()] = &sentFile{bytes.NewReader(data), part.FileName()}
	}
	return err
}

// recording reads the files.
func (u *upload) recording() (*comtrade.Recording, error) {
	cfg, dat := u.files["cfg"], u.files["dat"]
	switch {
	case cfg == nil:
		return nil, errors.New("there is no recording; choose its .cfg with its .dat, or its .cff")
	case dat == nil && strings.EqualFold(extension(cfg.name), "cfg"):
		return nil, errors.New("the .dat is missing: choose both parts of the recording")
	case dat == nil:
		return comtrade.ReadCombined(cfg)
	}
	return comtrade.Read(cfg, dat)
}

func extension(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// channels are which channels are to be taken, and how.
func (u *upload) channels() (study.Channels, error) {
	c := study.Channels{Map: u.fields["map"], Scale: 1, Primary: u.fields["primary"] == "yes"}
	if text := u.fields["scale"]; text != "" {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return c, fmt.Errorf("scale %q: a number above 0", text)
		}
		c.Scale = v
	}
	return c, nil
}
