package versions

import (
	"bytes"
	"encoding/json"

	"github.com/watertight-go/watertight/suite"
)

// result is the version as a result has it, in which all paths are those of the user.
func (s *side) result() suite.Side {
	dir := s.Dir
	if s.Whole != "" {
		dir = string(replacePath([]byte(s.Dir), s.Whole, s.Instead))
	}
	r := suite.NewSide(s.Name, dir)
	r.Resolved, r.Module = s.Resolved, s.Module
	for _, o := range s.runs {
		r.Runs = append(r.Runs, s.relocated(o))
	}
	return r
}

// relocated is an observation that names the user's folder in place of the temporary
// one, in all its texts.
func (s *side) relocated(o suite.Observation) suite.Observation {
	text, err := json.Marshal(o)
	if s.Whole == "" || err != nil {
		return o
	}
	var there suite.Observation
	if json.Unmarshal(replacePath(text, quoted(s.Whole), quoted(s.Instead)), &there) != nil {
		return o
	}
	return there
}

// quoted is a path as it is within a JSON string.
func quoted(path string) string {
	text, _ := json.Marshal(path) // a string cannot fail
	return string(text[1 : len(text)-1])
}

func replacePath(text []byte, from, to string) []byte {
	return bytes.ReplaceAll(text, []byte(from), []byte(to))
}
