import pytest

from crm_core.campaigns.actor import demand
from crm_core.errors import CampaignError


def test_a_role_that_may_not_is_told_what_it_may_not(manager, viewer):
    demand(manager, "campaigns.send")
    with pytest.raises(CampaignError, match=r"^Your role may not write campaigns\. Ask a manager"):
        demand(viewer, "campaigns.write")
