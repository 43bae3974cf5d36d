"""Addresses of orders to carriers."""

from django.urls import path

from quartermaster.billing.line_order_permits import CARRIER_VIEW, LINE_ORDER_VIEW
from quartermaster.web.line_orders import acts, asking, carriers, views
from quartermaster.web.menu import MenuItem

app_name = "line_orders"
_ORDER, _LINE, _CARRIER = "line-orders/<uuid:key>/", "lines/<uuid:key>/", "carriers/<uuid:key>/"

urlpatterns = [
    path("line-orders/", views.LineOrders.as_view(), name="orders"),
    path(_ORDER, views.LineOrderPage.as_view(), name="order"),
    path(f"{_ORDER}confirm/", acts.Confirm.as_view(), name="confirm"),
    path(f"{_ORDER}refuse/", acts.Refuse.as_view(), name="refuse"),
    path(f"{_ORDER}send-now/", acts.Hasten.as_view(), name="hasten"),
    path(f"{_ORDER}call-off/", acts.CallOff.as_view(), name="call-off"),
    path(f"{_ORDER}hand-over/", acts.HandOver.as_view(), name="hand-over"),
    path(f"{_LINE}suspend/", asking.SuspendLine.as_view(), name="suspend"),
    path(f"{_LINE}restore/", asking.RestoreLine.as_view(), name="restore"),
    path(f"{_LINE}cancel/", asking.CancelLine.as_view(), name="cancel"),
    path(f"{_LINE}swap/", asking.SwapSim.as_view(), name="swap"),
    path(f"{_LINE}plan/", asking.ChangePlan.as_view(), name="plan"),
    path(f"{_LINE}ask-carrier/", asking.ReadLine.as_view(), name="read"),
    path("carriers/", carriers.Carriers.as_view(), name="carriers"),
    path("carriers/new/<slug:adapter>/", carriers.NewCarrier.as_view(), name="carrier-new"),
    path(_CARRIER, carriers.CarrierPage.as_view(), name="carrier"),
    path(f"{_CARRIER}change/", carriers.ChangeCarrier.as_view(), name="carrier-change"),
    path(f"{_CARRIER}remove/", carriers.RemoveCarrier.as_view(), name="carrier-remove"),
]
menu = [
    MenuItem("Orders to carriers", "line_orders:orders", LINE_ORDER_VIEW, "Equipment", 22, "send"),
    MenuItem("Carriers", "line_orders:carriers", CARRIER_VIEW, "Purchasing", 40, "settings"),
]
