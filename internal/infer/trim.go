package infer

/*
#include <stdlib.h>
#if defined(__GLIBC__)
#include <malloc.h>
static void trim(void) { malloc_trim(0); }
#else
static void trim(void) {}
#endif
*/
import "C"

// trim gives memory that closed sessions left with the C library back to the
// system, where the library can.
func trim() { C.trim() }
