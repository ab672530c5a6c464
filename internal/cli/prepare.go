package cli

import (
	"fmt"
	"time"

	"facialis/internal/service/demo"
	"facialis/internal/service/server"
	"facialis/words"
)

// prepare puts the demo into a server before it starts.
func (c *serveCmd) prepare(env *Env, config *server.Config) error {
	config.Work.Draw = demo.Draw // what was broken off is drawn at the next start, with --demo or without
	if c.Demo {
		filled, err := demo.Fill(env.Ctx, config.Store, time.Now())
		if err != nil {
			return err
		}
		if !filled {
			fmt.Fprintln(env.notes(), words.Default().Say("cli.note.notEmpty"))
		}
	}
	return nil
}
