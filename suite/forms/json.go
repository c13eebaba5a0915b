package forms

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/watertight-go/watertight/suite"
)

// JSON writes a result with all that was seen.
func JSON(w io.Writer, r suite.Result) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
