/* SPDX-License-Identifier: MIT */
#include "core/mail/charset.h"
#include "core/mail/reader.h"

/* Candidates; the last one is the refuge: every byte means something there. */
static const char *const CANDIDATES[] = {
    "GB18030", "BIG5-HKSCS", "CP932", "EUC-JP-MS", "CP949", "KOI8-R", "WINDOWS-1251", "WINDOWS-1252",
};

enum {
    SAMPLE = 4096, /* bytes looked at: a few hundred characters tell scripts apart */
    WEIGHT_COMMON = 8,
    WEIGHT_KANA = 5,
    WEIGHT_SYLLABLE = 2,
    WEIGHT_IDEOGRAPH = 1,
    WEIGHT_LETTER = 1,
    WEIGHT_SYMBOL = 0,
    WEIGHT_STRANGE = -4,
    WEIGHT_IMPOSSIBLE = -12,
};

/* Characters that make up most running text, above all of that in bounces. */
static const char COMMON_IDEOGRAPHS[] =
    "的一是不了在有人我他这那您你邮件邮箱地址失败收发送服务器用户无法信系统由于原因请到为和此被个中大上"
    "国以要时来们生作说会可对出错误拒绝投递退回存在满空间限制域名联查试重新附原始主题"
    "這個來時會對國為們說郵寄無遞錯誤務器發學錄與機關號華傳統絕絡網從關開";
static const char COMMON_SYLLABLES[] =
    "이다는에을의가고하지니한습로를은자사수메일서주도입인과정전송어기해아시있없으스보신받못류오실패용";
static const char COMMON_CYRILLIC[] = "оеаинтсрвлкмдпуяыьгзбч";
static const char COMMON_LATIN[] = "éèàâêîôûçäöüßñóáíúãõåøæ";

static bool in_text(gunichar c, const char *text)
{
    return g_utf8_strchr(text, -1, c) != NULL;
}

static bool between(gunichar c, gunichar low, gunichar high)
{
    return c >= low && c <= high;
}

static bool is_ideograph(gunichar c)
{
    return between(c, 0x4E00, 0x9FFF) || between(c, 0x3400, 0x4DBF);
}

static bool is_hangul(gunichar c)
{
    return between(c, 0xAC00, 0xD7A3);
}

static bool is_kana(gunichar c)
{
    return between(c, 0x3041, 0x30FE);
}

static int weight_east_asian(gunichar c)
{
    if (is_kana(c))
        return WEIGHT_KANA;
    if (is_hangul(c))
        return in_text(c, COMMON_SYLLABLES) ? WEIGHT_COMMON : WEIGHT_SYLLABLE;
    if (is_ideograph(c))
        return in_text(c, COMMON_IDEOGRAPHS) ? WEIGHT_COMMON : WEIGHT_IDEOGRAPH;
    if (between(c, 0x3000, 0x303F) || between(c, 0xFF01, 0xFF60))
        return WEIGHT_SYLLABLE;
    return WEIGHT_STRANGE;
}

static int weight_cyrillic(gunichar c, gunichar before)
{
    if (g_unichar_isupper(c) && g_unichar_islower(before))
        return WEIGHT_STRANGE;
    return in_text(c, COMMON_CYRILLIC) ? 2 * WEIGHT_LETTER : WEIGHT_LETTER;
}

/* Western letters stand alone among ASCII letters; two in a row are rare. */
static int weight_latin(gunichar c, gunichar before)
{
    if (!g_unichar_isalpha(c))
        return before >= 0x80 ? WEIGHT_STRANGE : WEIGHT_SYMBOL;
    if (before >= 0x80 || (g_unichar_isupper(c) && g_unichar_islower(before)))
        return WEIGHT_STRANGE;
    return in_text(c, COMMON_LATIN) ? 3 * WEIGHT_LETTER : WEIGHT_LETTER;
}

/* What `c` (not ASCII) behind `before` says for its charset. */
static int weight(gunichar c, gunichar before)
{
    if (c == 0xFFFD || between(c, 0xE000, 0xF8FF) || between(c, 0x80, 0x9F) || c > 0xFFFF)
        return WEIGHT_IMPOSSIBLE;
    if (between(c, 0x400, 0x4FF))
        return weight_cyrillic(c, before);
    if (c < 0x250 || between(c, 0x2010, 0x203A) || c == 0x20AC || c == 0x2122)
        return weight_latin(c, before);
    return weight_east_asian(c);
}

static int score(iconv_t converter, struct view sample)
{
    char text[SAMPLE * 3];
    size_t bad = 0;
    size_t len = text_convert(converter, sample, text, sizeof text, &bad);
    int total = 0;
    bool hangul = false;
    size_t ideographs = 0;
    gunichar before = ' ';
    for (char *at = text; at < text + len; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c >= 0x80)
            total += weight(c, before);
        hangul = hangul || is_hangul(c);
        ideographs += is_ideograph(c);
        before = c;
    }
    /* Korean is written without ideographs nowadays: a mixture is Chinese read wrongly. */
    return hangul ? total - (int)ideographs * 2 * WEIGHT_COMMON : total;
}

const char *text_guess_charset(struct mail_reader *reader, struct view bytes)
{
    /* The first byte that is not ASCII may stand far down. */
    size_t from = 0;
    while (from < bytes.len && (unsigned char)bytes.data[from] < 0x80)
        from++;
    struct view sample = view_first(view_from(bytes, from > 0 ? from - 1 : 0), SAMPLE);
    const char *best = CANDIDATES[G_N_ELEMENTS(CANDIDATES) - 1];
    int best_score = G_MININT;
    for (size_t i = 0; i < G_N_ELEMENTS(CANDIDATES); i++) {
        iconv_t converter = mail_reader_converter(reader, CANDIDATES[i]);
        if (converter == (iconv_t)-1)
            continue;
        int points = score(converter, sample);
        if (points > best_score) {
            best_score = points;
            best = CANDIDATES[i];
        }
    }
    return best;
}
