package versions

import (
	"strings"

	"github.com/watertight-go/watertight/internal/relocate"
	"github.com/watertight-go/watertight/suite"
)

// result is the version as a result has it, in which all paths are those of the user.
func (s *side) result() suite.Side {
	dir := s.Dir
	if s.Whole != "" {
		dir = strings.Replace(s.Dir, s.Whole, s.Instead, 1)
	}
	r := suite.NewSide(s.Name, dir)
	r.Resolved, r.Module = s.Resolved, s.Module
	for _, o := range s.runs {
		r.Runs = append(r.Runs, s.relocated(o))
	}
	return r
}

// relocated is an observation that names the user's folder in place of the temporary one.
func (s *side) relocated(o suite.Observation) suite.Observation {
	there, err := relocate.Paths(o, s.Whole, s.Instead)
	if err != nil {
		return o
	}
	return there
}
