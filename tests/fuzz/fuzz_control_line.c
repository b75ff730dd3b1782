/* One line of the control socket, asked of a whole program with a few days behind it. Every
 * request is answered once, and what is exported as JSON is JSON.
 *
 * * Odd: backups with a whole path are not tried, for they would go wherever the input says. */
#include "fuzz.h"

#include <cjson/cJSON.h>

#include "nudged/base/buf.h"
#include "support/play.h"

enum { LINES_A_PLAY = 2000, REPLY_MAX = 8 << 20 }; /* then a new one: each read is logged */

struct reply {
    struct buf text;
    int ended;
};

static struct play *play;

static void end_play(void)
{
    play = play_free(play);
}

static void start_play(void)
{
    char before[4096];
    REQUIRE(getcwd(before, sizeof before));
    end_play();
    play = play_new(&(struct play_setup){ .seed = 7 });
    play_until(play, "2031-03-04T15:31:00Z");
    REQUIRE(play_press(play, "UADA", "the right one") == OK);
    play_until(play, "2031-03-05T16:00:00Z");
    (void)play_say(play, "UBEN", "pause until friday");
    play_for(play, SECONDS(10));
    REQUIRE(chdir(before) == 0); /* the play moves into its own folder */
}

static bool writes_a_file(const cJSON *request)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(request, "do");
    const cJSON *file = cJSON_GetObjectItemCaseSensitive(request, "file");
    return cJSON_IsString(name) && strcmp(name->valuestring, "backup") == 0 &&
        cJSON_IsString(file) && file->valuestring[0] == '/';
}

static bool learns(const cJSON *request)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(request, "do");
    return cJSON_IsString(name) && strcmp(name->valuestring, "fit") == 0;
}

static void on_piece(void *arg, struct str piece)
{
    struct reply *reply = arg;
    REQUIRE(reply->ended == 0);
    buf_add(&reply->text, piece);
}

static void on_end(void *arg)
{
    struct reply *reply = arg;
    reply->ended++;
}

static void check_reply(const cJSON *request, struct str text)
{
    struct str line;
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(request, "format");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(request, "do");
    REQUIRE(str_next_part(&text, '\n', &line));
    bool ok = str_equal(line, STR("ok"));
    REQUIRE(ok || str_starts_with(line, STR("error ")));
    bool export = ok && cJSON_IsString(name) && strcmp(name->valuestring, "export") == 0;
    bool jsonl = export && cJSON_IsString(format) && strcmp(format->valuestring, "jsonl") == 0;
    while (jsonl && str_next_part(&text, '\n', &line)) {
        cJSON *row = cJSON_ParseWithLength(line.ptr, line.len);
        REQUIRE(row);
        cJSON_Delete(row);
    }
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static unsigned lines;
    struct feed feed = feed_of(data, size);
    struct str line = take_rest(&feed);
    struct reply reply = { .text = buf_heap(REPLY_MAX) };
    if (lines++ % LINES_A_PLAY == 0)
        start_play();
    if (lines == 1)
        REQUIRE(atexit(end_play) == 0);
    cJSON *request = cJSON_ParseWithLength(line.ptr, line.len);
    if (!writes_a_file(request)) {
        app_control(play->app, line, on_piece, on_end, &reply);
        REQUIRE(reply.ended == 1 || learns(request)); /* that reply comes when it is through */
        play_for(play, SECONDS(1));
        REQUIRE(reply.ended == 1 && !reply.text.failed);
        check_reply(request, buf_str(&reply.text));
        REQUIRE(play->exit_code == -1);
    }
    cJSON_Delete(request);
    buf_free(&reply.text);
    return 0;
}
