package client

import (
	"context"

	"switchroom/regmap"
)

// Run sends one row of the command table, whichever [Client.Do] would choose.
func (c *Client) Run(ctx context.Context, cmd *regmap.Command, password string, args []Argument) ([]byte, error) {
	return c.run(ctx, cmd, password, args)
}
