package cli

import "facialis/internal/server"

// prepare puts accounts and the demo into a server before it starts.
func (c *serveCmd) prepare(env *Env, config *server.Config) error {
	if c.Accounts {
		return usagef("accounts are not part of this build")
	}
	return nil
}
