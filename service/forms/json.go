package forms

import (
	"fmt"
	"io"

	"github.com/watertight-go/watertight/internal/stored"
	"github.com/watertight-go/watertight/service"
)

// JSON writes a result with all that it holds. The field schema names its version.
func JSON(w io.Writer, r service.Result) error {
	if err := stored.Write(w, r); err != nil {
		return fmt.Errorf("forms: json: write: %w", err)
	}
	return nil
}
