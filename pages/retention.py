"""Retention: who comes back, when, and who has been silent for longer than usual."""

from crm_core.ui import (
    acquired,
    ahead,
    downloads,
    empty,
    enter,
    figures,
    filters,
    lists,
    load,
    retention,
    retention_people,
    sections,
    views,
)

user = enter("Retention", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see how many customers of each month come back and when, how long they usually pause between "
        "purchases, and who has been silent for longer than that.",
        user=user,
    )

with figures.toolbar():
    grain = filters.grain("retention")
    measure = retention.chosen_measure()
    variant = retention.chosen_variant(measure)
    whom = acquired.choose("retention", extent=extent, choices=load.choices(), notation=notation)
    within, way = whom.within, (grain, variant, measure)
    shown = load.retention(extent, way, whom)
    ahead.read(load.retention, [(extent, other, whom) for other in retention.one_step_from(way)])
    said = f"Data to {notation.day(extent.last_day)}. {within.words(notation.day)}"
    about = {"View": said, "Compared": whom.comparison, **retention.definition(variant, measure)}
    downloads.menu(shown.tables, name="retention", key="retention.export", about=about)
    views.menu("retention", user=user)
figures.said(f"{said}, {whom.comparison}. Cohorts are by the first purchase over all history, whatever the filters.")

opened = figures.cards(shown.figures, key="retention.behind")
if opened:
    found = retention_people.of_figure(opened, extent, way, within)
    lists.people(found, said=said, as_of_day=extent.as_of_day, user=user, key=f"retention.list.{opened}")

with sections.shown("retention", retention.SECTIONS) as section:
    if section == retention.BY_COHORT:
        meaning = f"{retention.meaning(variant, measure)} The export has all{shown.running}."
        with figures.card(name="Cohorts", caption=meaning):
            retention_people.heatmap(shown, extent, way, within, said=said, user=user)
    elif section == retention.TOGETHER:
        mean = retention.mean_words(measure)
        with figures.card(shown.findings.curve, name="All cohorts together", caption=mean):
            retention_people.curve(shown, extent, way, within, said=said, user=user)
    elif section == retention.SECOND:
        with figures.card(shown.findings.again, name="Time to the second purchase", caption=shown.second):
            retention_people.again(shown, extent, within, said=said, user=user)
    elif section == retention.GAPS_BETWEEN:
        with figures.card(shown.findings.gaps, name="Gaps between purchases", caption=retention.GAPS):
            retention_people.gaps(shown, extent, within, said=said, user=user)
    else:
        retention_people.silent(extent, within, user=user)
