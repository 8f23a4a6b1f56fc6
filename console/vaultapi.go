package console

import (
	"github.com/danielgtaylor/huma/v2"

	"switchroom/credential"
	"switchroom/vault"
)

// vaultTold is how the vault stands.
type vaultTold struct {
	Made       bool              `json:"made"`
	Locked     bool              `json:"locked"`
	Entries    []vault.Entry     `json:"entries"`
	Deviations []vault.Deviation `json:"deviations"`
}

func (v *visit) readVault(*struct{}) (*body[vaultTold], error) {
	t := vaultTold{Locked: v.s.Vault.Vault.Locked(), Deviations: vault.Deviations()}
	var err error
	if t.Made, err = v.s.Vault.Vault.Made(v.by()); err != nil {
		return nil, err
	}
	entries, err := v.s.Vault.Status(v.by(), v.token)
	t.Entries = append([]vault.Entry{}, entries...)
	return &body[vaultTold]{t}, err
}

func (v *visit) unlockVault(in *struct {
	Body struct {
		Passphrase string `json:"passphrase" maxLength:"200"`
	}
}) (*struct{}, error) {
	return nil, v.s.Vault.Unlock(v.by(), v.token, credential.NewSecret(in.Body.Passphrase))
}

func (v *visit) lockVault(*struct{}) (*struct{}, error) {
	v.s.Vault.Vault.Lock()
	return nil, nil
}

func (v *visit) rotatePasswords(in *struct {
	Body struct {
		Breakers []string `json:"breakers" minItems:"1" maxItems:"1000"`
		Failures int      `json:"failures,omitempty" minimum:"1" maximum:"1000" default:"1" doc:"stops after so many"`
	}
}) (*body[[]vault.Rotated], error) {
	all, err := v.s.Vault.RotateEach(v.by(), v.token, in.Body.Breakers, in.Body.Failures, nil)
	return &body[[]vault.Rotated]{append([]vault.Rotated{}, all...)}, err
}

func (v *visit) verifyPasswords(in *struct {
	Body struct {
		Breaker string `json:"breaker" maxLength:"100"`
	}
}) (*body[[]vault.Finding], error) {
	all, err := v.s.Vault.Verify(v.by(), v.token, in.Body.Breaker)
	return &body[[]vault.Finding]{append([]vault.Finding{}, all...)}, err
}

func (v *visit) resumePasswords(in *struct {
	Body struct {
		Breaker string `json:"breaker" maxLength:"100"`
	}
}) (*body[[]vault.End], error) {
	all, err := v.s.Vault.Resume(v.by(), v.token, in.Body.Breaker)
	return &body[[]vault.End]{append([]vault.End{}, all...)}, err
}

// keptTold says whether the breaker has proved what was put in.
type keptTold struct {
	Proved bool `json:"proved"`
}

func (v *visit) keepPasswords(in *struct {
	Body struct {
		Breaker string   `json:"breaker" maxLength:"100"`
		Address string   `json:"address" maxLength:"300"`
		Levels  []string `json:"levels,omitempty" maxItems:"4" doc:"passwords of level 1 and on; an empty one is not put in"`
		Factory bool     `json:"factory,omitempty" doc:"those that are not given are the factory's"`
		Why     string   `json:"why,omitempty" maxLength:"500"`
	}
}) (*body[keptTold], error) {
	has := map[int]credential.Secret{}
	for level := 1; level <= vault.Levels; level++ {
		switch {
		case level <= len(in.Body.Levels) && in.Body.Levels[level-1] != "":
			has[level] = credential.NewSecret(in.Body.Levels[level-1])
		case in.Body.Factory:
			has[level] = vault.Factory(level)
		}
	}
	if len(has) == 0 {
		return nil, huma.Error422UnprocessableEntity("give a password, or factory")
	}
	proved, err := v.s.Vault.Add(v.by(), v.token, in.Body.Breaker, in.Body.Address, has, in.Body.Why)
	return &body[keptTold]{keptTold{proved}}, err
}

func (v *visit) listRequests(*struct{}) (*body[[]vault.Request], error) {
	all, err := v.s.Vault.Requests(v.token)
	return &body[[]vault.Request]{append([]vault.Request{}, all...)}, err
}

func (v *visit) askPassword(in *struct {
	Body struct {
		Breaker string `json:"breaker" maxLength:"100"`
		Level   int    `json:"level" minimum:"1" maximum:"4"`
		Why     string `json:"why" maxLength:"500"`
	}
}) (*body[vault.Request], error) {
	r, err := v.s.Vault.Ask(v.by(), v.token, in.Body.Breaker, in.Body.Level, in.Body.Why)
	return &body[vault.Request]{r}, err
}

func (v *visit) agreePassword(in *OnID) (*struct{}, error) {
	return nil, v.s.Vault.Agree(v.by(), v.token, in.ID)
}

// passwordTold is a password that was broken out.
type passwordTold struct {
	Password string `json:"password" doc:"told once; it is to be changed"`
}

func (v *visit) takePassword(in *OnID) (*body[passwordTold], error) {
	s, err := v.s.Vault.Take(v.by(), v.token, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[passwordTold]{passwordTold{s.Reveal()}}, nil
}
