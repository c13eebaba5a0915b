package forms

import (
	"io"

	"github.com/watertight-go/watertight/suite"
)

// JSON writes a result with all that was seen. schema.json in this folder describes it.
func JSON(w io.Writer, r suite.Result) error { return r.Encode(w) }
