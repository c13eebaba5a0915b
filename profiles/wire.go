package profiles

import "encoding/binary"

// Fields of profile.proto that may have any number of fields in them.
const (
	sampleField   = 2
	locationField = 4
)

// countRecords counts the fields of a profile, including those of samples and
// locations. The parser allocates memory for each. It stops at limit + 1. whole is
// false if raw ends within a field or has something that is not a field.
func countRecords(raw []byte, limit int) (n int, whole bool) {
	count := func(uint64, []byte) bool { n++; return n <= limit }
	whole = eachField(raw, func(number uint64, payload []byte) bool {
		if number == sampleField || number == locationField {
			// The parser stops as well if one of these is not whole.
			eachField(payload, count)
		}
		return count(number, payload)
	})
	return n, whole
}

// eachField calls f for the fields of a protobuf message until f returns false.
// The payload is empty for a field without a length. It returns false if raw is
// not a sequence of fields.
// Wire types: https://protobuf.dev/programming-guides/encoding
func eachField(raw []byte, f func(number uint64, payload []byte) bool) bool {
	const varint, fixed64, delimited, fixed32 = 0, 1, 2, 5
	for len(raw) > 0 {
		tag, n := binary.Uvarint(raw)
		if n <= 0 {
			return false
		}
		raw = raw[n:]
		var size uint64
		switch tag & 7 {
		case varint, delimited:
			value, n := binary.Uvarint(raw)
			if n <= 0 {
				return false
			}
			raw = raw[n:]
			if tag&7 == delimited {
				size = value
			}
		case fixed64:
			size = 8
		case fixed32:
			size = 4
		default:
			return false
		}
		if size > uint64(len(raw)) {
			return false
		}
		if !f(tag>>3, raw[:size]) {
			return true
		}
		raw = raw[size:]
	}
	return true
}
