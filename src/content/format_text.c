/* The words and examples of FORMAT.md; the tables of keys come from the schema. */
#include "content/format.h"

#include "nudged/base/macros.h"

const char format_deck_head[] =
    "# yaml-language-server: $schema=../deck.schema.json\n"
    "id: customer-calls\n"
    "title: Calls with customers\n"
    "owner: kim.sample@example.com\n"
    "skill: listening\n"
    "audience:\n"
    "  roles: [Support agent, Account manager]\n"
    "source: Common practice in customer service\n"
    "review_by: 2031-09-30\n"
    "prompts:\n";

const char format_held_out_text[] =
    "Practised questions show how well practised questions are remembered. To see what of a skill "
    "is\nstill there after a while, hold some prompts out:\n\n"
    "```yaml\n"
    "  - id: transfer-later\n"
    "    kind: choice\n"
    "    held_out: true\n"
    "    ask: A caller is with you by mistake. What do you say before you put them through?\n"
    "    options:\n"
    "      - text: Who I put you through to, and why they can help\n"
    "        correct: true\n"
    "      - text: That this is the wrong department\n"
    "        why: True, but it leaves the caller alone with it.\n"
    "```\n\n"
    "One of them is asked 7, 30 and 90 days after the person's first question of that skill in "
    "that\ndeck, before anything else that is due; within 3, 7 and 14 days more when it could "
    "not be asked at\nonce, then no longer. It counts within the daily cap, is not repeated in "
    "between, and whoever does\nnot answer is not asked again before the next of the three "
    "days. With three or more held out for a\nskill nobody meets the same one twice; with "
    "fewer they take turns, and the later answers have had\nthe feedback of the earlier ones. "
    "At least one prompt of the skill must not be held out.";

static const char *const examples[] = {
    [PROMPT_CHOICE] =
        "  - id: angry-opening\n"
        "    kind: choice\n"
        "    ask: >-\n"
        "      A customer calls, loud, because an invoice is wrong for the second time. What do "
        "you say\n"
        "      first?\n"
        "    options:\n"
        "      - text: That is twice now. Let me look at both invoices with you.\n"
        "        correct: true\n"
        "        why: Naming the problem in their words shows that you heard it.\n"
        "      - text: Please calm down, then I can look into it with you.\n"
        "        why: Told to calm down, most people get louder; the problem is still not named.\n"
        "      - text: Billing makes the invoices, I will put you through.\n"
        "        why: A transfer before listening makes them tell it all a third time.\n",
    [PROMPT_MULTI] =
        "  - id: call-notes\n"
        "    kind: multi\n"
        "    ask: You write the note after a call. What will the next colleague need? Choose all.\n"
        "    options:\n"
        "      - text: What the customer wants to achieve\n"
        "        correct: true\n"
        "      - text: What you promised, and by when\n"
        "        correct: true\n"
        "      - text: How long the call was in minutes\n"
        "        why: The phone system keeps it; in the note it hides what matters.\n"
        "    why: A note answers two questions - what do they want, what did we promise.\n",
    [PROMPT_ORDER] =
        "  - id: closing-a-call\n"
        "    kind: order\n"
        "    ask: You have a solution. Put the end of the call into order.\n"
        "    options:                        # written in the right order; shown shuffled\n"
        "      - Say what you will do and by when\n"
        "      - Ask whether that solves it for them\n"
        "      - Thank them and let them hang up first\n",
    [PROMPT_NUMBER] =
        "  - id: calls-in-hours\n"
        "    kind: number\n"
        "    ask: A call takes 12 minutes, the note after it 3. How many hours do 20 calls take?\n"
        "    number: 5\n"
        "    tolerance: 0.25                 # 4.75 to 5.25 count as right\n"
        "    unit: hours\n"
        "    why: The note belongs to the call; plan for both.\n",
    [PROMPT_SHORT] =
        "  - id: open-question\n"
        "    kind: short\n"
        "    ask: Which word opens a question that cannot be answered with yes or no, and asks "
        "for a way?\n"
        "    accept: [how, how come, in what way]\n"
        "    why: How asks for a story; why can sound like an accusation.\n",
    [PROMPT_RECALL] =
        "  - id: summary-sentence\n"
        "    kind: recall\n"
        "    ask: Write the sentence with which you check that you understood a customer.\n"
        "    answer: >-\n"
        "      \"If I understood you right, you need the corrected invoice by Friday, because "
        "your books\n"
        "      close then. Is that it?\"\n"
        "    why: Their goal, their date, their reason, and a question they can say no to.\n",
    [PROMPT_REFLECT] =
        "  - id: hardest-call\n"
        "    kind: reflect\n"
        "    ask: Think of the hardest call this week. What did you say that changed its course?\n",
};
_Static_assert(COUNT(examples) == PROMPT_KIND_END, "one example per kind");

const char format_skills_example[] =
    "skills:\n"
    "  - id: listening\n"
    "    name: Listening to customers\n"
    "    roles: [Support agent, Account manager]\n"
    "    behaviours:\n"
    "      - repeats the customer's goal in the customer's words before proposing anything\n"
    "      - asks one open question before the first answer\n";

const char format_holidays_example[] =
    "- date: 2031-01-01\n"
    "  name: New Year's Day\n"
    "- date: 2031-10-03\n"
    "  name: German Unity Day\n"
    "  region: DE\n"
    "- date: 2031-12-24\n"
    "  until: 2031-12-31\n"
    "  name: The company is closed\n";

const char format_people_example[] =
    "id,email,name,role,manager,cohort,timezone,region,start_date,status,workdays\n"
    "1001,kim.sample@example.com,Kim Sample,Team "
    "lead,,Support,Europe/Berlin,DE,2029-02-01,active,\n"
    "1002,lee.sample@example.com,Lee Sample,Support "
    "agent,1001,Support,Europe/Berlin,DE,2031-01-06,active,Mon-Thu\n";

const char *format_example(enum prompt_kind kind)
{
    REQUIRE(kind > 0 && kind < PROMPT_KIND_END);
    return examples[kind];
}
