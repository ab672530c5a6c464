// facialis-decoder turns one film into pictures in shared memory.
//
//   descriptor 0   words from the parent: the start line, then "ready", then
//                  the numbers of slots that it has done with
//   descriptor 1   words to the parent: what the film is, how much memory is
//                  wanted, then one line of numbers for every picture
//   descriptor 3   the film, read only; nothing else is ever opened
//   descriptor 4   the shared memory (memfd), sized and sealed by the parent
//
// Every word to the parent is a struct word followed by its payload. The
// decoder writes straight into the shared memory where the film's pictures
// already are what the parent wants (8-bit 4:2:0 of the right size, lines
// without gaps); every other picture goes through a filter graph, which turns,
// scales and converts it, or is copied line by line.
//
// The program is started inside a jail that its parent makes. It defends itself
// as well: the demuxer may not open anything, and only the demuxers and decoders
// on the parent's lists are used.
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>

enum { FILM = 3, MEMORY = 4 };

// Words to the parent.
enum { WORD_FILM = 1, WORD_MEMORY = 2, WORD_PICTURE = 3, WORD_END = 4 };

struct word {
	uint32_t kind, length; // length: of what follows, bytes
};

struct picture {
	int64_t stamp_us; // presentation time stamp, microseconds; INT64_MIN: none
	uint32_t slot;
	uint32_t width, height;
	uint32_t source_width, source_height; // as the film stores it, before turning and scaling
	uint32_t pad;
	uint64_t y, cb, cr; // where the planes begin, bytes from the memory's start
};

// How the program ends. The parent knows these numbers.
enum { END_OPEN = 10, END_STREAM = 11, END_DECODER = 12, END_MEMORY = 13, END_PARENT = 14, END_FILTER = 15 };

static void fail(int code, const char *what, int err)
{
	char said[AV_ERROR_MAX_STRING_SIZE] = "";
	if (err < 0)
		av_strerror(err, said, sizeof said);
	fprintf(stderr, "%s%s%s\n", what, *said ? ": " : "", said);
	_exit(code);
}

static void write_all(const void *from, size_t n)
{
	const char *p = from;
	while (n > 0) {
		ssize_t w = write(1, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			_exit(END_PARENT); // nobody reads any more
		p += w;
		n -= (size_t)w;
	}
}

static void say(uint32_t kind, const void *payload, size_t n)
{
	struct word w = {kind, (uint32_t)n};
	write_all(&w, sizeof w);
	write_all(payload, n);
}

// ---------------------------------------------------------------- the film

static int film_read(void *opaque, uint8_t *to, int n)
{
	(void)opaque;
	ssize_t got;
	do
		got = read(FILM, to, (size_t)n);
	while (got < 0 && errno == EINTR);
	return got < 0 ? AVERROR(errno) : got == 0 ? AVERROR_EOF : (int)got;
}

static int64_t film_seek(void *opaque, int64_t to, int whence)
{
	(void)opaque;
	if (whence & AVSEEK_SIZE) {
		struct stat st;
		return fstat(FILM, &st) < 0 ? AVERROR(errno) : st.st_size;
	}
	off_t at = lseek(FILM, to, whence & ~AVSEEK_FORCE);
	return at < 0 ? AVERROR(errno) : at;
}

// A film that names another file is not followed. Some demuxers ask for it here,
// others (dash, concat) by themselves, which the empty list of protocols refuses.
static int film_alone(AVFormatContext *s, AVIOContext **pb, const char *url, int flags, AVDictionary **o)
{
	(void)s, (void)pb, (void)url, (void)flags, (void)o;
	return AVERROR(EPERM);
}

static AVFormatContext *film_open(const char *formats, const char *codecs, int64_t max_pixels)
{
	enum { BUFFER = 64 << 10 };
	AVFormatContext *f = avformat_alloc_context();
	uint8_t *buffer = av_malloc(BUFFER);
	AVIOContext *io = buffer ? avio_alloc_context(buffer, BUFFER, 0, NULL, film_read, NULL, film_seek) : NULL;
	AVDictionary *o = NULL;
	if (!f || !io)
		fail(END_MEMORY, "no memory", 0);
	lseek(FILM, 0, SEEK_SET);
	f->pb = io;
	f->io_open = film_alone;
	f->flags |= AVFMT_FLAG_CUSTOM_IO;
	av_dict_set(&o, "format_whitelist", formats, 0);
	av_dict_set(&o, "codec_whitelist", codecs, 0);
	av_dict_set(&o, "protocol_whitelist", "", 0);
	int err = avformat_open_input(&f, "film", NULL, &o);
	av_dict_free(&o);
	if (err < 0)
		fail(END_OPEN, "opening", err);
	AVDictionary **each = f->nb_streams ? av_calloc(f->nb_streams, sizeof *each) : NULL;
	for (unsigned i = 0; each && i < f->nb_streams; i++)
		av_dict_set_int(&each[i], "max_pixels", max_pixels, 0);
	// Decoders of sound are not on the list, and that is no fault of the film.
	av_log_set_level(AV_LOG_QUIET);
	err = avformat_find_stream_info(f, each);
	av_log_set_level(AV_LOG_ERROR);
	if (err < 0)
		fail(END_OPEN, "looking for the streams", err);
	return f;
}

// quarter is how far the display matrix turns the picture, degrees counter-clockwise.
static const int32_t *display_matrix(const AVStream *s)
{
	size_t n = 0;
	const uint8_t *m = (const uint8_t *)av_stream_get_side_data(s, AV_PKT_DATA_DISPLAYMATRIX, &n);
	return m && n >= 9 * sizeof(int32_t) ? (const int32_t *)m : NULL;
}

// ---------------------------------------------------------------- what it is

static void json_text(FILE *to, const char *s)
{
	fputc('"', to);
	for (; s && *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c >= ' ' && c < 0x7f)
			fputc(c, to);
	}
	fputc('"', to);
}

static void json_time(FILE *to, const char *key, int64_t t, AVRational base)
{
	if (t != AV_NOPTS_VALUE)
		fprintf(to, ",\"%s\":\"%.6f\"", key, (double)t * av_q2d(base));
}

// The same names as ffprobe's, so that one reader understands both.
static void tell_film(AVFormatContext *f)
{
	static const char *const tags[] = {"com.android.capture.fps", "com.android.version", "com.apple.quicktime.full-frame-rate-playback-intent",
		"com.apple.quicktime.creationdate", "creation_time"};
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);
	if (!to)
		fail(END_MEMORY, "no memory", 0);
	fputs("{\"streams\":[", to);
	for (unsigned i = 0; i < f->nb_streams; i++) {
		AVStream *s = f->streams[i];
		AVCodecParameters *c = s->codecpar;
		AVRational sar = av_guess_sample_aspect_ratio(f, s, NULL);
		const char *kind = av_get_media_type_string(c->codec_type), *range = av_color_range_name(c->color_range), *space = av_color_space_name(c->color_space);
		fprintf(to, "%s{\"codec_type\":", i ? "," : "");
		json_text(to, kind ? kind : "unknown");
		fputs(",\"codec_name\":", to);
		json_text(to, avcodec_get_name(c->codec_id));
		if (c->codec_type == AVMEDIA_TYPE_VIDEO) {
			const char *format = av_get_pix_fmt_name(c->format);
			fprintf(to, ",\"width\":%d,\"height\":%d,\"pix_fmt\":", c->width, c->height);
			json_text(to, format ? format : "");
			fputs(",\"color_range\":", to);
			json_text(to, c->color_range == AVCOL_RANGE_UNSPECIFIED ? "" : range);
			fputs(",\"color_space\":", to);
			json_text(to, c->color_space == AVCOL_SPC_UNSPECIFIED ? "" : space);
			fprintf(to, ",\"r_frame_rate\":\"%d/%d\",\"avg_frame_rate\":\"%d/%d\"", s->r_frame_rate.num, s->r_frame_rate.den, s->avg_frame_rate.num, s->avg_frame_rate.den);
			if (sar.num > 0)
				fprintf(to, ",\"sample_aspect_ratio\":\"%d:%d\"", sar.num, sar.den);
			const int32_t *m = display_matrix(s);
			if (m)
				fprintf(to, ",\"side_data_list\":[{\"rotation\":%d,\"matrix\":[%d,%d,%d,%d]}]", (int)av_display_rotation_get(m), m[0], m[1], m[3], m[4]);
		}
		json_time(to, "start_time", s->start_time, s->time_base);
		json_time(to, "duration", s->duration, s->time_base);
		AVDictionaryEntry *lasts = av_dict_get(s->metadata, "DURATION", NULL, 0);
		if (lasts) {
			fputs(",\"tags\":{\"DURATION\":", to);
			json_text(to, lasts->value);
			fputs("}", to);
		}
		fprintf(to, ",\"disposition\":{\"default\":%d,\"attached_pic\":%d}}", !!(s->disposition & AV_DISPOSITION_DEFAULT), !!(s->disposition & AV_DISPOSITION_ATTACHED_PIC));
	}
	fputs("],\"format\":{\"format_name\":", to);
	json_text(to, f->iformat->name);
	json_time(to, "start_time", f->start_time, AV_TIME_BASE_Q);
	json_time(to, "duration", f->duration, AV_TIME_BASE_Q);
	fputs(",\"tags\":{", to);
	int first = 1;
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		AVDictionaryEntry *e = av_dict_get(f->metadata, tags[i], NULL, 0);
		if (!e)
			continue;
		fprintf(to, "%s\"%s\":", first ? "" : ",", tags[i]);
		json_text(to, e->value);
		first = 0;
	}
	fputs("}}}", to);
	fclose(to);
	say(WORD_FILM, text, n);
	free(text);
}

// ---------------------------------------------------------------- the memory

// The slots are given out last in, first out, so that few of them are ever
// touched and stay in the processor's cache.
enum { SLOTS = 48 }; // 16 reference pictures, the decoder's threads, and those under way

static struct {
	pthread_mutex_t mutex;
	pthread_cond_t released;
	uint8_t *base;
	size_t size; // of one slot, bytes
	int free[SLOTS], nfree;
	AVFrame *held[SLOTS]; // lent to the parent
	int lent, most;       // most: what the parent may hold
	int ended;            // all pictures have been given
} ring = {.mutex = PTHREAD_MUTEX_INITIALIZER, .released = PTHREAD_COND_INITIALIZER};

static void slot_give_back(void *opaque, uint8_t *data)
{
	(void)opaque;
	int slot = (int)((size_t)(data - ring.base) / ring.size);
	pthread_mutex_lock(&ring.mutex);
	ring.free[ring.nfree++] = slot;
	pthread_cond_signal(&ring.released);
	pthread_mutex_unlock(&ring.mutex);
}

static AVBufferRef *slot_take(size_t need)
{
	if (need > ring.size)
		return NULL;
	pthread_mutex_lock(&ring.mutex);
	int slot = ring.nfree > 0 ? ring.free[--ring.nfree] : -1;
	pthread_mutex_unlock(&ring.mutex);
	if (slot < 0)
		return NULL;
	return av_buffer_create(ring.base + ring.size * (size_t)slot, ring.size, slot_give_back, NULL, 0);
}

static int plain420(int format) { return format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P; }

// What a decoder needs for a picture of w × h: aligned lines and spare rows.
static size_t plan(AVCodecContext *c, int w, int h, int lines[4], size_t *luma, size_t *chroma)
{
	enum { ALIGN = 64, SPARE = 4096 }; // the widest vectors in use; decoders may read past the end
	int align[AV_NUM_DATA_POINTERS], gaps;
	avcodec_align_dimensions2(c, &w, &h, align);
	do {
		av_image_fill_linesizes(lines, AV_PIX_FMT_YUV420P, w);
		gaps = (lines[0] | lines[1] | lines[2]) % ALIGN;
		if (gaps)
			w += w & ~(w - 1);
	} while (gaps);
	*luma = (size_t)lines[0] * (size_t)h;
	*chroma = (size_t)lines[1] * (size_t)((h + 1) / 2);
	return *luma + 2 * *chroma + SPARE;
}

static int get_buffer(AVCodecContext *c, AVFrame *f, int flags)
{
	int lines[4];
	size_t luma, chroma;
	if (!(c->codec->capabilities & AV_CODEC_CAP_DR1) || !plain420(f->format))
		return avcodec_default_get_buffer2(c, f, flags);
	size_t need = plan(c, f->width, f->height, lines, &luma, &chroma);
	AVBufferRef *b = slot_take(need);
	if (!b)
		return avcodec_default_get_buffer2(c, f, flags);
	f->buf[0] = b;
	f->data[0] = b->data;
	f->data[1] = b->data + luma;
	f->data[2] = b->data + luma + chroma;
	for (int i = 0; i < 3; i++)
		f->linesize[i] = lines[i];
	f->extended_data = f->data;
	return 0;
}

static int in_ring(const AVFrame *f)
{
	return f->buf[0] && f->buf[0]->data >= ring.base && f->buf[0]->data < ring.base + ring.size * SLOTS;
}

// The parent hands slots back by their numbers, four bytes each.
static void *releases(void *unused)
{
	(void)unused;
	uint32_t slots[256];
	size_t have = 0;
	for (;;) {
		ssize_t n = read(0, (char *)slots + have, sizeof slots - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) { // the parent is gone or has enough
			pthread_mutex_lock(&ring.mutex);
			int ended = ring.ended;
			pthread_mutex_unlock(&ring.mutex);
			if (ended)
				return NULL;
			_exit(END_PARENT);
		}
		have += (size_t)n;
		size_t whole = have / sizeof *slots;
		for (size_t i = 0; i < whole; i++) {
			AVFrame *f = NULL;
			if (slots[i] < SLOTS) {
				pthread_mutex_lock(&ring.mutex);
				f = ring.held[slots[i]];
				ring.held[slots[i]] = NULL;
				ring.lent -= f != NULL;
				pthread_cond_signal(&ring.released);
				pthread_mutex_unlock(&ring.mutex);
			}
			av_frame_free(&f);
		}
		have -= whole * sizeof *slots;
		memmove(slots, slots + whole, have);
	}
}

// ---------------------------------------------------------------- pictures

static struct {
	int width, height;        // what the parent wants
	int full;                 // and the range it wants
	char filters[512];        // what makes it so, by ffmpeg's words for filters
	int plain;                // nothing is to be turned or scaled where the size is right
	AVFilterGraph *graph;
	AVFilterContext *in, *out;
	int w, h, format;         // what the graph was made for
	AVRational sar;
} wanted;

static void graph_make(AVFrame *f, AVRational base)
{
	char in[256];
	int err;
	AVFilterInOut *head = NULL, *tail = NULL;
	avfilter_graph_free(&wanted.graph);
	wanted.graph = avfilter_graph_alloc();
	if (!wanted.graph)
		fail(END_MEMORY, "no memory", 0);
	wanted.graph->nb_threads = 1;
	snprintf(in, sizeof in, "video_size=%dx%d:pix_fmt=%d:time_base=%d/%d:pixel_aspect=%d/%d", f->width, f->height, f->format, base.num, base.den,
		 f->sample_aspect_ratio.num, f->sample_aspect_ratio.den > 0 ? f->sample_aspect_ratio.den : 1);
	if ((err = avfilter_graph_create_filter(&wanted.in, avfilter_get_by_name("buffer"), "in", in, NULL, wanted.graph)) < 0 ||
	    (err = avfilter_graph_create_filter(&wanted.out, avfilter_get_by_name("buffersink"), "out", NULL, NULL, wanted.graph)) < 0)
		fail(END_FILTER, "filter", err);
	head = avfilter_inout_alloc();
	tail = avfilter_inout_alloc();
	if (!head || !tail)
		fail(END_MEMORY, "no memory", 0);
	*tail = (AVFilterInOut){av_strdup("in"), wanted.in, 0, NULL};
	*head = (AVFilterInOut){av_strdup("out"), wanted.out, 0, NULL};
	if ((err = avfilter_graph_parse_ptr(wanted.graph, wanted.filters, &head, &tail, NULL)) < 0 || (err = avfilter_graph_config(wanted.graph, NULL)) < 0)
		fail(END_FILTER, "filter", err);
	avfilter_inout_free(&head);
	avfilter_inout_free(&tail);
	wanted.w = f->width;
	wanted.h = f->height;
	wanted.format = f->format;
	wanted.sar = f->sample_aspect_ratio;
}

// shape gives a picture of the wanted size and format, f itself where it is one.
static AVFrame *shape(AVFrame *f, AVRational base)
{
	int right = plain420(f->format) && f->width == wanted.width && f->height == wanted.height;
	if (right && wanted.plain)
		return f;
	if (!wanted.graph || wanted.w != f->width || wanted.h != f->height || wanted.format != f->format || av_cmp_q(wanted.sar, f->sample_aspect_ratio))
		graph_make(f, base);
	int err = av_buffersrc_add_frame(wanted.in, f);
	if (err < 0)
		fail(END_FILTER, "filter", err);
	AVFrame *out = av_frame_alloc();
	if (!out)
		fail(END_MEMORY, "no memory", 0);
	if ((err = av_buffersink_get_frame(wanted.out, out)) < 0)
		fail(END_FILTER, "filter", err);
	av_frame_free(&f);
	return out;
}

// packed gives the picture in a slot, its lines without gaps: f itself where it
// lies so, else a copy.
static AVFrame *packed(AVFrame *f)
{
	int cw = (f->width + 1) / 2, ch = (f->height + 1) / 2;
	if (in_ring(f) && f->linesize[0] == f->width && f->linesize[1] == cw && f->linesize[2] == cw && f->data[0] >= ring.base)
		return f;
	size_t luma = (size_t)f->width * (size_t)f->height, chroma = (size_t)cw * (size_t)ch;
	AVBufferRef *b;
	while (!(b = slot_take(luma + 2 * chroma))) {
		if (luma + 2 * chroma > ring.size)
			fail(END_MEMORY, "the picture is larger than the memory", 0);
		pthread_mutex_lock(&ring.mutex);
		while (!ring.nfree)
			pthread_cond_wait(&ring.released, &ring.mutex);
		pthread_mutex_unlock(&ring.mutex);
	}
	AVFrame *out = av_frame_alloc();
	if (!out)
		fail(END_MEMORY, "no memory", 0);
	out->buf[0] = b;
	out->width = f->width;
	out->height = f->height;
	out->format = f->format;
	out->data[0] = b->data;
	out->data[1] = b->data + luma;
	out->data[2] = b->data + luma + chroma;
	out->linesize[0] = f->width;
	out->linesize[1] = out->linesize[2] = cw;
	av_image_copy_plane(out->data[0], f->width, f->data[0], f->linesize[0], f->width, f->height);
	av_image_copy_plane(out->data[1], cw, f->data[1], f->linesize[1], cw, ch);
	av_image_copy_plane(out->data[2], cw, f->data[2], f->linesize[2], cw, ch);
	av_frame_free(&f);
	return out;
}

static void lend(AVFrame *f, int64_t stamp_us, int source_width, int source_height)
{
	f = packed(f);
	uint32_t slot = (uint32_t)((size_t)(f->buf[0]->data - ring.base) / ring.size);
	struct picture p = {.stamp_us = stamp_us, .slot = slot, .width = (uint32_t)f->width, .height = (uint32_t)f->height,
			    .source_width = (uint32_t)source_width, .source_height = (uint32_t)source_height,
			    .y = (uint64_t)(f->data[0] - ring.base), .cb = (uint64_t)(f->data[1] - ring.base), .cr = (uint64_t)(f->data[2] - ring.base)};
	pthread_mutex_lock(&ring.mutex);
	while (ring.lent >= ring.most)
		pthread_cond_wait(&ring.released, &ring.mutex);
	ring.held[slot] = f;
	ring.lent++;
	pthread_mutex_unlock(&ring.mutex);
	say(WORD_PICTURE, &p, sizeof p);
}

// ---------------------------------------------------------------- the course

static void read_line(char *to, size_t n)
{
	size_t at = 0;
	for (;;) {
		ssize_t got = read(0, to + at, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			_exit(0); // it only wanted to know what the film is
		if (to[at] == '\n')
			break;
		if (++at + 1 >= n)
			_exit(END_PARENT);
	}
	to[at] = 0;
}

// decode gives the stream's pictures one after another. A packet that cannot be
// decoded is said on standard error by the decoder; the next ones are tried.
static void decode(AVFormatContext *f, int stream, AVCodecContext *c)
{
	static const AVRational us = {1, 1000000};
	AVPacket *p = av_packet_alloc();
	int more = 1;
	int64_t last = AV_NOPTS_VALUE;
	if (!p)
		fail(END_MEMORY, "no memory", 0);
	for (;;) {
		AVFrame *got = av_frame_alloc();
		if (!got)
			fail(END_MEMORY, "no memory", 0);
		int err = avcodec_receive_frame(c, got);
		if (err == 0) {
			int64_t t = got->best_effort_timestamp;
			// Some containers leave the last pictures that wait in the decoder without
			// a stamp; the stream's own rate continues it.
			if (t == AV_NOPTS_VALUE && !more && last != AV_NOPTS_VALUE && c->framerate.num > 0)
				t = last + av_rescale_q(1, av_inv_q(c->framerate), c->pkt_timebase);
			last = t;
			int64_t stamp = t == AV_NOPTS_VALUE ? INT64_MIN : av_rescale_q(t, c->pkt_timebase, us);
			int w = got->width, h = got->height;
			lend(shape(got, c->pkt_timebase), stamp, w, h);
			continue;
		}
		av_frame_free(&got);
		if (err == AVERROR_EOF)
			return;
		if (err != AVERROR(EAGAIN))
			continue;
		if (!more)
			return;
		while ((err = av_read_frame(f, p)) >= 0 && p->stream_index != stream)
			av_packet_unref(p);
		if (err < 0) {
			more = 0;
			if (err != AVERROR_EOF)
				av_log(NULL, AV_LOG_ERROR, "the film ends early\n");
			avcodec_send_packet(c, NULL);
			continue;
		}
		avcodec_send_packet(c, p);
		av_packet_unref(p);
	}
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: facialis-decoder FORMATS DECODERS MAXPIXELS\n");
		return 2;
	}
	av_log_set_level(AV_LOG_ERROR);
	int64_t max_pixels = strtoll(argv[3], NULL, 10);
	AVFormatContext *f = film_open(argv[1], argv[2], max_pixels);
	tell_film(f);

	// start STREAM WIDTH HEIGHT PLAIN MOST THREADS SEEK_US FILTERS
	char line[1024];
	int stream, threads, filters_at = 0;
	long long seek;
	read_line(line, sizeof line);
	if (sscanf(line, "start %d %d %d %d %d %d %lld %n", &stream, &wanted.width, &wanted.height, &wanted.plain, &ring.most, &threads, &seek, &filters_at) < 7 ||
	    stream < 0 || (unsigned)stream >= f->nb_streams || wanted.width < 1 || wanted.height < 1 || ring.most < 1 || ring.most > SLOTS / 2 || !filters_at)
		return END_PARENT;
	snprintf(wanted.filters, sizeof wanted.filters, "%s", line + filters_at);

	AVStream *s = f->streams[stream];
	for (unsigned i = 0; i < f->nb_streams; i++)
		f->streams[i]->discard = (int)i == stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
	const AVCodec *codec = avcodec_find_decoder(s->codecpar->codec_id);
	AVCodecContext *c = codec ? avcodec_alloc_context3(codec) : NULL;
	if (!c)
		fail(END_DECODER, "no decoder for this film", 0);
	if (av_match_list(codec->name, argv[2], ',') <= 0) {
		fprintf(stderr, "not read: %s\n", codec->name);
		return END_DECODER;
	}
	int err = avcodec_parameters_to_context(c, s->codecpar);
	if (err < 0)
		fail(END_DECODER, "decoder", err);
	c->pkt_timebase = s->time_base;
	c->framerate = s->avg_frame_rate;
	c->thread_count = threads;
	c->get_buffer2 = get_buffer;
	AVDictionary *o = NULL;
	av_dict_set(&o, "codec_whitelist", argv[2], 0);
	av_dict_set_int(&o, "max_pixels", max_pixels, 0);
	err = avcodec_open2(c, codec, &o);
	av_dict_free(&o);
	if (err < 0)
		fail(END_DECODER, "decoder", err);

	int lines[4];
	size_t luma, chroma, packed_size = (size_t)wanted.width * (size_t)wanted.height + 2 * ((size_t)(wanted.width + 1) / 2) * ((size_t)(wanted.height + 1) / 2);
	ring.size = plan(c, c->width > 0 ? c->width : 16, c->height > 0 ? c->height : 16, lines, &luma, &chroma);
	if (ring.size < packed_size)
		ring.size = packed_size;
	long page = sysconf(_SC_PAGESIZE);
	ring.size = (ring.size + (size_t)page - 1) / (size_t)page * (size_t)page;
	uint64_t total = (uint64_t)ring.size * SLOTS;
	say(WORD_MEMORY, &total, sizeof total);
	read_line(line, sizeof line);
	if (strcmp(line, "ready"))
		return END_PARENT;
	ring.base = mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_SHARED, MEMORY, 0);
	if (ring.base == MAP_FAILED)
		fail(END_MEMORY, "mapping the memory", AVERROR(errno));
	for (int i = SLOTS - 1; i >= 0; i--)
		ring.free[ring.nfree++] = i;
	pthread_t t;
	if (pthread_create(&t, NULL, releases, NULL))
		fail(END_MEMORY, "no thread", 0);
	if (seek > 0 && (err = avformat_seek_file(f, -1, INT64_MIN, seek, seek, 0)) < 0)
		fail(END_STREAM, "seeking", err);
	decode(f, stream, c);
	pthread_mutex_lock(&ring.mutex);
	ring.ended = 1;
	pthread_mutex_unlock(&ring.mutex);
	say(WORD_END, NULL, 0);
	// What was lent stays readable: the memory is the parent's too.
	_exit(0);
}
