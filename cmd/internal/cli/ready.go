package cli

import (
	"encoding/json"
	"os"
)

// WriteReady writes a ready file, by rename: whoever sees it sees all of it. mode is
// for a file with a secret.
func WriteReady(path string, v any, mode os.FileMode) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	os.Remove(path + ".new") // of a run that was cut off: its mode may be another
	if err := os.WriteFile(path+".new", data, mode); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
