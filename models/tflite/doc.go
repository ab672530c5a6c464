// Package tflite reads TensorFlow Lite model files, as far as the face models
// need it.
//
// A .tflite file is a FlatBuffer: a tree of tables laid out in one block of
// bytes. A table begins with a signed offset back to its vtable, a short list
// that says where in the table each numbered field lies (0: absent, take the
// default); strings, vectors and sub-tables are reached through unsigned
// offsets forwards. The numbers of the fields used here are those of the
// public schema, schema.fbs of TensorFlow (schema version 3).
//
//	root ──> Model ──> operator codes   which operation a code stands for
//	               ├─> buffers          the weights' bytes
//	               └─> subgraph ──> tensors    shape, type, buffer, name
//	                            └─> operators  code, inputs, outputs, options
//
// Every read is checked against the end of the file, so that a damaged or
// hostile file gives an error and never a panic; and the entries of all lists
// together are counted, since lists may overlap and a small file could
// otherwise stand for a huge model.
package tflite
