package forms

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/watertight-go/watertight/attach"
)

// JSON writes a result with all that it holds. The field schema names its version.
func JSON(w io.Writer, r attach.Result) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("forms: json: write: %w", err)
	}
	return nil
}
