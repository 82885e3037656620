#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "client/mail.h"

static void
test_an_address_is_one_address_and_nothing_else(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{ "a@b", true },
		{ "first.last+tag@example.org", true },
		{ "", false },
		{ "nobody", false },
		{ "@example.org", false },
		{ "a@", false },
		{ "a@b@c", false },
		{ "a@b,c@d", false },
		{ "a@b c", false },
		{ "<a@b>", false },
		{ "a@b\nBcc: c", false },
		{ "-oQ/tmp@b", false },
		{ "\"a\"@b", false },
		{ "\xc3\xa9@b", false },
	};
	char longest[MAIL_ADDRESS_BYTES_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (mail_address_valid(str_from(cases[i].text)) != cases[i].valid)
			fail_msg("%s", cases[i].text);
	assert_false(mail_address_valid((struct str){ "a@b\0c", 5 }));
	memset(longest, 'a', sizeof longest);
	longest[1] = '@';
	assert_true(mail_address_valid((struct str){ longest, MAIL_ADDRESS_BYTES_MAX }));
	assert_false(mail_address_valid((struct str){ longest, MAIL_ADDRESS_BYTES_MAX + 1 }));
}

static struct buf
write_with(struct str reference)
{
	const struct mail_config config = { .from = STR_LIT("record-check@example.org") };
	const struct mail_notice notice = { .seq = 17,
		.to = STR_LIT("chief_executive"),
		.event = STR_LIT("match_confirmed"),
		.text = STR_LIT("Relevant records were found"),
		.request = STR_LIT("REQ-7K3F-9QWD"),
		.reference = reference,
		.check = STR_LIT("CHK-7K3F-9QWD"),
		.at = STR_LIT("2026-11-26T04:00:00Z"),
		.ack_by = STR_LIT("2026-11-27T04:00:00Z"),
		.records = 2 };
	struct buf out = BUF_INIT;

	mail_write(&out, &config, &notice, STR_LIT("ce@example.org"), INT64_C(1790000000000));
	assert_false(buf_failed(&out));
	return out;
}

static void
test_a_mail_says_what_is_to_be_done(void **state)
{
	struct buf out = write_with(STR_LIT("LSCP-2026-014"));

	(void)state;
	assert_string_equal(out.p, "From: record-check@example.org\n"
				   "To: ce@example.org\n"
				   "Subject: Record check service: notice 17\n"
				   "Date: Mon, 21 Sep 2026 14:13:20 +0000\n"
				   "Message-ID: <notice.17.chief_executive@example.org>\n"
				   "Auto-Submitted: auto-generated\n"
				   "MIME-Version: 1.0\n"
				   "Content-Type: text/plain; charset=utf-8\n"
				   "Content-Transfer-Encoding: 8bit\n"
				   "\n"
				   "Relevant records were found\n"
				   "\n"
				   "Reference: LSCP-2026-014\n"
				   "Request: REQ-7K3F-9QWD\n"
				   "Check: CHK-7K3F-9QWD\n"
				   "What happened: match_confirmed\n"
				   "At: 2026-11-26T04:00:00Z\n"
				   "Records concerned: 2\n"
				   "Notice: 17, to chief_executive\n"
				   "Acknowledge by: 2026-11-27T04:00:00Z\n"
				   "  client ack --notice 17 --role chief_executive\n"
				   "\n"
				   "This message names nobody and no record. What it is about:\n"
				   "  client notices --role chief_executive\n");
	buf_free(&out);
}

static void
test_a_reference_begins_no_line_of_its_own(void **state)
{
	struct buf out = write_with(STR_LIT("X\r\nBcc: everybody@example.org\n\n.\nFrom me"));

	(void)state;
	assert_null(strstr(out.p, "\nBcc:"));
	assert_null(strstr(out.p, "\n.\n"));
	assert_null(strstr(out.p, "\nFrom me"));
	assert_null(strchr(out.p, '\r'));
	buf_free(&out);
}

static void
test_no_line_is_longer_than_mail_allows(void **state)
{
	char words[1024], word[1024];
	const struct str references[] = { { words, sizeof words }, { word, sizeof word } };

	(void)state;
	memset(word, 'x', sizeof word);
	for (size_t i = 0; i < sizeof words; i++)
		words[i] = i % 9 == 8 ? ' ' : 'y';
	for (size_t i = 0; i < 2; i++) {
		struct buf out = write_with(references[i]);
		struct str rest = buf_str(&out);
		size_t signs = 0;

		while (rest.n > 0) {
			struct str line = str_cut(&rest, '\n');

			assert_true(line.n <= (i == 0 ? 78u : 998u));
			for (size_t j = 0; j < line.n; j++)
				signs += line.p[j] == (i == 0 ? 'y' : 'x');
		}
		/* and nothing is lost, but for the letters of the mail itself */
		assert_true(signs >= (i == 0 ? 1024u - 113u : 1024u));
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_address_is_one_address_and_nothing_else),
		cmocka_unit_test(test_a_mail_says_what_is_to_be_done),
		cmocka_unit_test(test_a_reference_begins_no_line_of_its_own),
		cmocka_unit_test(test_no_line_is_longer_than_mail_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
