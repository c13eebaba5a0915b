package leak

import "errors"

// ErrLeak says that something is left. Find, Rounds, Report.Err and RoundsReport.Err
// return it wrapped, in an *Error or a *RoundsError. An error of Find that is not
// ErrLeak says that it could not search.
var ErrLeak = errors.New("something is left behind")

// ErrUnknown says that nothing leaks for sure and something could not be judged. Rounds
// and RoundsReport.Err return it wrapped, in a *RoundsError.
var ErrUnknown = errors.New("could not tell whether it leaks")

// Error is the error of Find where goroutines or child processes are left. Its text is the report. It
// satisfies errors.Is(err, ErrLeak), and errors.As finds it in errors that wrap it:
//
//	var left *leak.Error
//	if errors.As(err, &left) {
//		fmt.Println(left.Report.Goroutines)
//	}
type Error struct{ Report Report }

func (e *Error) Error() string { return "leak: " + e.Report.String() }
func (e *Error) Unwrap() error { return ErrLeak }

// Err is nil where no goroutine and no child process was found, and an *Error otherwise. Heap and
// descriptors make no error: measured once, their rise may be warm-up.
func (r Report) Err() error {
	if len(r.Findings) == 0 && len(r.Processes) == 0 {
		return nil
	}
	return &Error{r}
}

// RoundsError is the error of Rounds where the verdict is not clean. Its text is the
// report. It satisfies errors.Is with ErrLeak or ErrUnknown.
type RoundsError struct{ Report RoundsReport }

func (e *RoundsError) Error() string { return "leak: " + e.Report.String() }
func (e *RoundsError) Unwrap() error {
	if e.Report.Verdict == Unknown {
		return ErrUnknown
	}
	return ErrLeak
}

// Err is nil where the verdict is clean, and a *RoundsError otherwise.
func (r RoundsReport) Err() error {
	switch r.Verdict {
	case Leaking, Unknown:
		return &RoundsError{r}
	}
	return nil
}
