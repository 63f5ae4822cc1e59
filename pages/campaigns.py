"""Campaigns: compose, preview, send, pause; effect against control."""

from crm_core.ui import campaign_audience, campaign_mail, campaign_run, campaign_start, campaigning, enter, filters

user = enter("Campaigns", permission="campaigns.read")

campaign = campaigning.opened()
if campaign is None:
    campaigning.show_list(user)
elif campaign.status != "draft":
    campaigning.head(campaign)
    campaign_run.draw(campaign, user)
else:
    campaigning.head(campaign)
    step = filters.one_of("Step", ["1 Audience", "2 Mail", "3 Check and send"], key="campaigns.step")
    if step == "1 Audience":
        campaign_audience.draw(campaign, user)
    elif step == "2 Mail":
        campaign_mail.draw(campaign, user)
    else:
        campaign_start.draw(campaign, user)
